using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

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

    /// <summary>The checkpoint kept elsewhere that the log, or one of the closed ones, was proven to have grown from; null where none was given or it is not proven.</summary>
    public EarlierCheckpoint? GrewFrom { get; init; }

    /// <summary>Of the logs before, the oldest first; null where not all of a gateway's logs were asked for.</summary>
    public IReadOnlyList<VerificationReport>? Closed { get; init; }

    /// <summary>What reading private parts found, which only is final once all later logs were seen: they may hold the tombstones.</summary>
    public PrivatePartCheck? Private { get; init; }

    public bool IsGood => Fault is null && Checkpoint is not null;

    public string Sentence => Fault is { } fault ? Said.Of("verify.refused", fault.Sentence) + Where(fault) : Good();

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
        ["grewFrom"] = GrewFrom is null ? null : new JsonObject
        {
            ["file"] = GrewFrom.File,
            ["origin"] = GrewFrom.Claimed.Origin,
            ["size"] = GrewFrom.Claimed.Size,
            ["root"] = GrewFrom.Claimed.Root.ToString(),
        },
        ["fault"] = Fault is null ? null : new JsonObject
        {
            ["path"] = Fault.Path,
            ["entry"] = Fault.EntryIndex,
            ["sentence"] = Fault.Sentence,
        },
        ["sentence"] = Sentence,
    };

    string Good() => string.Join(' ', Parts());

    IEnumerable<string> Parts()
    {
        yield return Said.Of("verify.good", Checkpoint!.Size, Checkpoint.Origin);
        if (GrewFrom is { } earlier) yield return Said.Of("verify.grew", earlier.Claimed.Origin, earlier.Claimed.Size, Evidence.DisplayText.Of(earlier.File));
        if (Gaps is not null) yield return Said.Of("verify.chains");
        if (Gaps > 0) yield return Said.Of("verify.gaps", Gaps);
        if (PrivateParts is { } count) yield return Said.Of("verify.private", count);
        if (Erased > 0) yield return Said.Of("verify.erased", Erased);
        if (OnMedia > 0) yield return Said.Of("verify.on-media", OnMedia);
        if (Pending > 0) yield return Said.Of("verify.pending", Pending);
        if (Closed is { Count: > 0 } closed) yield return Said.Of("verify.closed", closed.Count, string.Join(Said.Of("comma"), closed.Select(log => Said.Of("backup.log", log.Checkpoint!.Size, log.Checkpoint.Origin))));
    }

    static string Where(LogFault fault) => fault.EntryIndex is { } index ? $" {Said.Of("verify.first-wrong", index)}" : "";
}
