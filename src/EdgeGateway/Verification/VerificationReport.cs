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

    /// <summary>Private parts and objects read again; null where that was not asked for.</summary>
    public long? PrivateParts { get; init; }

    /// <summary>Of the logs before, the oldest first; null where not all of a gateway's logs were asked for.</summary>
    public IReadOnlyList<VerificationReport>? Closed { get; init; }

    public bool IsGood => Fault is null && Checkpoint is not null;

    public string Sentence => Fault is { } fault ? $"Not verified: {fault.Sentence}{Where(fault)}" : Good();

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
        ["privateParts"] = PrivateParts,
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
        return $"Verified: the {Checkpoint!.Size} entries of {Checkpoint.Origin} and all tiles are what the signed checkpoint commits to.{read}{behind}{Before()}";
    }

    string Before() => Closed is { Count: > 0 } closed
        ? $" The {closed.Count} closed logs before it ({string.Join(", ", closed.Select(log => $"{log.Checkpoint!.Size} entries of {log.Checkpoint.Origin}"))}) are whole, and each is endorsed by the one it follows."
        : "";

    static string Where(LogFault fault) => fault.EntryIndex is { } index ? $" First wrong entry: {index}." : "";
}
