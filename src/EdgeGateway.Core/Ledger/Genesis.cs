using System.Text.Json;

namespace EdgeGateway.Ledger;

/// <summary>What entry 0 of a log says of it (docs/ledger-format.md section 3).</summary>
public sealed record Genesis
{
    public required string Origin { get; init; }

    public required VerifierKey Key { get; init; }

    public required VerifierKey RecoveryKey { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>The end of the log before; null in a first log.</summary>
    public LogEnd? Previous { get; init; }

    /// <summary>Who vouches for the succession; null in a first log.</summary>
    public Endorsement? Endorsement { get; init; }

    /// <summary>Leaf hash of entry 0, by which all others name their log.</summary>
    public required Hash LeafHash { get; init; }

    /// <exception cref="LedgerCorruptException">It is not the entry 0 of a log; says what is wrong.</exception>
    public static Genesis Parse(in LedgerRecord record)
    {
        using var entry = EntryView.Parse(record);
        if (record.Index != 0 || entry.Kind != EntryKind.Genesis) throw Wrong("it is of kind " + entry.KindName);
        var body = entry.Body;
        return new Genesis
        {
            Origin = body.Text("origin"u8) ?? throw Wrong("it names no origin"),
            Key = KeyOf(body, "key"u8),
            RecoveryKey = KeyOf(body, "recoveryKey"u8),
            TimeZone = body.Text("timeZone"u8) ?? "",
            Previous = body.Object("previous"u8) is { } previous ? EndOf(previous) : null,
            Endorsement = body.Object("endorsement"u8) is { } endorsement ? EndorsementOf(endorsement) : null,
            LeafHash = entry.LeafHash,
        };
    }

    /// <summary>Whether this log is the successor of one that ended so, and somebody entitled vouches for it.</summary>
    /// <param name="end">The end as the old log itself has it.</param>
    /// <param name="recovery">The recovery key that the old log's genesis names.</param>
    /// <returns>What is wrong, in a sentence; null if nothing is.</returns>
    public string? CheckSucceeds(LogEnd end, VerifierKey recovery)
    {
        if (Previous is null || Endorsement is null) return $"The log {Origin} does not name the log {end.Origin} as the one before it.";
        if (Previous != end)
        {
            return $"The log {Origin} goes on from {Previous.Size} entries of {Previous.Origin} with root {Previous.Root}, but that log ends with {end.Size} of {end.Origin} and root {end.Root}.";
        }

        var (key, name) = Endorsement.By == EndorsingKey.Ledger ? (end.Key, "its own key") : (recovery, "its recovery key");
        return Succession.Holds(key, Succession.Endorsement(end, Key, RecoveryKey), Endorsement.Signature)
            ? null
            : $"The log {Origin} says that {end.Origin} endorsed it with {name}, but that signature does not hold.";
    }

    static LogEnd EndOf(JsonElement previous) => new(
        previous.Text("origin"u8) ?? throw Wrong("'previous' names no origin"),
        previous.Integer("size"u8) ?? throw Wrong("'previous' has no size"),
        previous.Digest("root"u8) ?? throw Wrong("'previous' has no root"),
        KeyOf(previous, "key"u8));

    static Endorsement EndorsementOf(JsonElement endorsement) => new(
        endorsement.Text("by"u8) switch
        {
            "ledger" => EndorsingKey.Ledger,
            "recovery" => EndorsingKey.Recovery,
            _ => throw Wrong("its endorsement is by nobody known"),
        },
        CanonicalText.TryReadBase64(endorsement.Text("signature"u8), out var signature) ? signature : throw Wrong("its endorsement has no signature"));

    static VerifierKey KeyOf(JsonElement json, ReadOnlySpan<byte> name) =>
        VerifierKey.TryParse(json.Text(name), out var key, out var error) ? key : throw Wrong(error);

    static LedgerCorruptException Wrong(string what) => new($"Entry 0 is not the beginning of a log: {what}");
}
