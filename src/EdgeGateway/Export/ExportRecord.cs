using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Custody;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// The <c>custody</c> entry that an export seals of an item before it writes (docs/ledger-format.md, "custody"): what
/// belongs to the item in the bag. It goes into the bag with its proof, so that nothing can be left out or added unseen.
/// </summary>
/// <param name="Account">Who asked, as an account.</param>
/// <param name="Batch">What it has in common with the records of the other items, and how many they are; null where there is one item.</param>
/// <param name="Size">All entries about the item below this index are in the bag.</param>
/// <param name="History">Fixes those entries (<see cref="DigestOf"/>).</param>
/// <param name="Format">Of the bag (<see cref="BagFormat.Current"/>).</param>
/// <param name="Software">What wrote the bag.</param>
/// <param name="Witnessed">Its note is empty: the digest stands for it.</param>
/// <param name="WitnessedNote">Null where nobody cosigned.</param>
sealed record ExportRecord(
    long Index, DateTimeOffset At, string Account, (string Id, long Count)? Batch, long Size, Hash History, long Format, string Software, string By, string Case, string Reason,
    long? Device, long? Before, IReadOnlyList<long> After, WitnessedTree Witnessed, Hash? WitnessedNote)
{
    const string Accounts = "account/";

    /// <summary>Of each log that goes on from the item's, in order, the time-stamps and cosignatures in the bag.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Later { get; init; } = [];

    /// <summary>Whether an entry is one; exports of before format 2 sealed none that binds anything.</summary>
    public static bool Is(EntryView entry) => entry.Kind == EntryKind.Custody && entry.Body.Text("action"u8) == "export" && entry.Body.Digest("history"u8) is not null;

    /// <exception cref="LedgerCorruptException">It lacks what the format asks for.</exception>
    public static ExportRecord Read(EntryView entry)
    {
        var (body, hidden) = (entry.Body, entry.Private);
        if (!entry.Actor.StartsWith(Accounts, StringComparison.Ordinal)) throw Malformed(entry, "actor");
        var bag = hidden.Object("bag"u8) ?? throw Malformed(entry, "bag");
        var witnessed = bag.Object("witnessed"u8) ?? throw Malformed(entry, "witnessed");
        return new ExportRecord(
            entry.Index, entry.At, entry.Actor[Accounts.Length..], BatchOf(entry), body.Integer("size"u8) ?? throw Malformed(entry, "size"),
            body.Digest("history"u8) ?? throw Malformed(entry, "history"), bag.Integer("format"u8) ?? throw Malformed(entry, "format"),
            Text(entry, bag, "software"), Text(entry, hidden, "by"), Text(entry, hidden, "case"), Text(entry, hidden, "reason"),
            bag.Integer("device"u8), bag.Integer("before"u8), Anchors(entry, bag),
            new WitnessedTree(
                "", witnessed.Text("quorum"u8) == "met", witnessed.Text("attested"u8) != "others",
                [.. Elements(witnessed, "cosigners"u8).Select(cosigner => Cosigner(entry, cosigner))])
            {
                Log = (int)Math.Clamp(witnessed.Integer("log"u8) ?? 0, 0, int.MaxValue),
            },
            witnessed.Digest("note"u8))
        {
            Later = [.. Elements(bag, "later"u8).Select(log => Anchors(entry, log))],
        };
    }

    public static void WriteBody(CanonicalJsonWriter json, SealedItem item, Hash history, long size)
    {
        json.Name("action"u8);
        json.Ascii("export"u8);
        json.Name("history"u8);
        json.Hex(history);
        item.WriteTo(json);
        json.Name("size"u8);
        json.Number(size);
    }

    /// <summary>The member <c>bag</c> of the private part.</summary>
    public static void WriteBag(CanonicalJsonWriter json, ItemLinks links, long format, string software)
    {
        json.Name("bag"u8);
        json.BeginObject();
        WriteAnchors(json, links.After);
        Number(json, "before"u8, links.Before);
        Number(json, "device"u8, links.Device);
        Number(json, "format"u8, format);
        WriteLater(json, links.Later);
        json.Name("software"u8);
        json.String(software);
        WriteWitnessed(json, links.Witnessed);
        json.EndObject();
    }

    /// <summary>
    /// SHA-256 over a line of each entry in the order of their indices: the index, a space, the leaf hash in lower-case
    /// hexadecimal, a line feed. A shell can compute it.
    /// </summary>
    /// <param name="logs">The entries of the item's log, then those of each that goes on from it.</param>
    public static Hash DigestOf(IEnumerable<IEnumerable<(long Index, Hash Leaf)>> logs) => new(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(
        logs.SelectMany(entries => entries.OrderBy(entry => entry.Index)).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Index} {entry.Leaf}\n"))))));

    static void WriteAnchors(CanonicalJsonWriter json, IReadOnlyList<long> anchors)
    {
        json.Name("after"u8);
        json.BeginArray();
        foreach (var anchor in anchors) json.Number(anchor);
        json.EndArray();
    }

    static void WriteLater(CanonicalJsonWriter json, IReadOnlyList<LaterLinks> later)
    {
        if (later.Count == 0) return;
        json.Name("later"u8);
        json.BeginArray();
        foreach (var log in later)
        {
            json.BeginObject();
            WriteAnchors(json, log.After);
            json.EndObject();
        }

        json.EndArray();
    }

    static void WriteWitnessed(CanonicalJsonWriter json, WitnessedTree witnessed)
    {
        json.Name("witnessed"u8);
        json.BeginObject();
        json.Name("attested"u8);
        json.String(witnessed.IsSelfAttestedOnly ? "self" : "others");
        json.Name("cosigners"u8);
        json.BeginArray();
        foreach (var cosigner in witnessed.Cosigners)
        {
            json.BeginObject();
            json.Name("administration"u8);
            json.String(cosigner.IsOtherAdministration ? "other" : "same");
            json.Name("key"u8);
            json.String(cosigner.Key.ToString());
            if (cosigner.Operator is { } name)
            {
                json.Name("operator"u8);
                json.String(name);
            }

            json.EndObject();
        }

        json.EndArray();
        if (witnessed.Log > 0) Number(json, "log"u8, witnessed.Log);
        if (witnessed.Cosigners.Count > 0)
        {
            json.Name("note"u8);
            json.Hex(witnessed.NoteDigest);
        }

        json.Name("quorum"u8);
        json.String(witnessed.HasQuorum ? "met" : "missed");
        json.EndObject();
    }

    static void Number(CanonicalJsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is not { } number) return;
        json.Name(name);
        json.Number(number);
    }

    static (string, long)? BatchOf(EntryView entry) =>
        entry.Header.Object("batch"u8) is { } batch && batch.Text("id"u8) is { } id && batch.Integer("of"u8) is { } count ? (id, count) : null;

    static IReadOnlyList<long> Anchors(EntryView entry, JsonElement json) =>
        [.. Elements(json, "after"u8).Select(index => index.ValueKind == JsonValueKind.Number && index.TryGetInt64(out var at) ? at : throw Malformed(entry, "after"))];

    static Cosigner Cosigner(EntryView entry, JsonElement json) => VerifierKey.TryParse(json.Text("key"u8), out var key, out _)
        ? new Cosigner(key, json.Text("operator"u8), json.Text("administration"u8) == "other")
        : throw Malformed(entry, "cosigners");

    static IEnumerable<JsonElement> Elements(JsonElement json, ReadOnlySpan<byte> name) => json.Array(name) is { } array ? [.. array.EnumerateArray()] : [];

    static string Text(EntryView entry, JsonElement json, string name) => json.Text(Encoding.UTF8.GetBytes(name)) ?? throw Malformed(entry, name);

    static LedgerCorruptException Malformed(EntryView entry, string field) => new($"The export entry {entry.Index} has no valid '{field}'.");
}
