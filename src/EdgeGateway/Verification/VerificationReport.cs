using System.Text.Json.Nodes;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>What verifying a ledger found: no fault, or the first one.</summary>
sealed record VerificationReport
{
    public required string Directory { get; init; }

    /// <summary>The checkpoint that everything was checked against; null when it could not be believed.</summary>
    public Checkpoint? Checkpoint { get; init; }

    public LogFault? Fault { get; init; }

    /// <summary>Entries behind the checkpoint that only the write-ahead log holds so far.</summary>
    public long Pending { get; init; }

    /// <summary>Entries of kind <c>gap</c>; null in a log that is not of this format.</summary>
    public long? Gaps { get; init; }

    /// <summary>Private parts and objects read again; null where that was not asked for.</summary>
    public long? PrivateParts { get; init; }

    /// <summary>Items whose private part is gone and whose tombstone says so; null where private parts were not read.</summary>
    public long? Erased { get; init; }

    /// <summary>Items whose object is on a medium, which was not read.</summary>
    public long? OnMedia { get; init; }

    /// <summary>Of the logs before, the oldest first; null where not all of a gateway's logs were asked for.</summary>
    public IReadOnlyList<VerificationReport>? Closed { get; init; }

    /// <summary>What reading private parts found, which only is final once all later logs were seen: they may hold the tombstones.</summary>
    public PrivatePartCheck? Private { get; init; }

    public bool IsGood => Fault is null && Checkpoint is not null;

    public string Sentence => Fault is { } fault ? $"Not verified: {fault.Sentence}{Where(fault)}" : Good();

    /// <summary>What reading private parts found, by all entries that were seen by now.</summary>
    public VerificationReport WithPrivateParts() => Private is not { } found ? this : this with
    {
        PrivateParts = found.Checked,
        Erased = found.Erased,
        OnMedia = found.OnMedia,
        Fault = Fault ?? found.Unexplained(),
        Private = null,
    };

    public JsonObject ToJson()
    {
        var json = Fields();
        if (Closed is not null) json["closed"] = new JsonArray([.. Closed.Select(report => (JsonNode)report.Fields())]);
        return json;
    }

    JsonObject Fields() => new()
    {
        ["ok"] = IsGood,
        ["directory"] = Directory,
        ["origin"] = Checkpoint?.Origin,
        ["size"] = Checkpoint?.Size,
        ["root"] = Checkpoint?.Root.ToString(),
        ["pending"] = Pending,
        ["gaps"] = Gaps,
        ["privateParts"] = PrivateParts,
        ["erased"] = Erased,
        ["onMedia"] = OnMedia,
        ["fault"] = Fault is null ? null : new JsonObject
        {
            ["path"] = Fault.Path,
            ["entry"] = Fault.EntryIndex,
            ["sentence"] = Fault.Sentence,
        },
        ["sentence"] = Sentence,
    };

    string Good()
    {
        var behind = Pending > 0 ? $" {Pending} newer entries are in the write-ahead log, not yet signed." : "";
        var read = PrivateParts is { } count ? $" {count} private parts and their objects are what the leaves commit to." : "";
        if (Erased > 0) read += $" {Erased} were erased, and tombstones say so.";
        if (OnMedia > 0) read += $" The objects of {OnMedia} items are on media, and were not read.";
        var chains = Gaps is not { } gaps ? "" : " No number is missing in any subject's chain, so there are no gaps after sealing."
            + (gaps == 0 ? "" : $" {gaps} gap entries tell what may have been lost before it was sealed.");
        return $"Verified: the {Checkpoint!.Size} entries of {Checkpoint.Origin} and all tiles are what the signed checkpoint commits to.{chains}{read}{behind}{Before()}";
    }

    string Before() => Closed is { Count: > 0 } closed
        ? $" The {closed.Count} closed logs before it ({string.Join(", ", closed.Select(log => $"{log.Checkpoint!.Size} entries of {log.Checkpoint.Origin}"))}) are whole, and each is endorsed by the one it follows."
        : "";

    static string Where(LogFault fault) => fault.EntryIndex is { } index ? $" First wrong entry: {index}." : "";
}
