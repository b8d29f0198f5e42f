using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>Keys and ends of the logs in a bag, as the command line gets them.</summary>
sealed class ExportHeads(GatewayData data)
{
    /// <exception cref="GatewayException">A log is not the proven successor of the one before: nothing of it would count.</exception>
    public void CheckChain(IReadOnlyList<SelectedLog> logs)
    {
        for (var i = 1; i < logs.Count; i++)
        {
            if (Broken(Closed(logs[i - 1]), logs[i]) is not null) throw Failure.Of("export.broken-chain", logs[i].Origin, logs[i - 1].Origin);
        }
    }

    /// <summary>
    /// The oldest first. Of an item of a closed log those before it too, by which whoever trusts the first log's key trusts it: as far back as they
    /// can be read and go on from each other.
    /// </summary>
    public JsonArray ToJson(IReadOnlyList<SelectedLog> logs, SignedCheckpoint signed)
    {
        List<JsonObject> heads = [.. logs.Select((log, number) => log.ClosedId is null ? Head(signed, number) : Head(Closed(log), number))];
        if (logs.Count > 1) AddEarlier(heads, logs[0]);
        return new JsonArray([.. heads]);
    }

    void AddEarlier(List<JsonObject> heads, SelectedLog items)
    {
        var next = Closed(items);
        var number = 0;
        foreach (var log in data.Logs.All.TakeWhile(log => log.Origin != items.Origin).Reverse().TakeWhile(log => log.Error is null))
        {
            if (next.Genesis.CheckSucceeds(log.Ledger.End, log.Ledger.Genesis.RecoveryKey) is not null) return;
            heads.Insert(0, Head(log.Ledger, --number));
            next = log.Ledger;
        }
    }

    static string? Broken(ClosedLedger before, SelectedLog next) =>
        Genesis.Parse(next.Ledger.Read(0, 1)[0]).CheckSucceeds(before.End, before.Genesis.RecoveryKey);

    ClosedLedger Closed(SelectedLog log) => data.Logs.Find(log.ClosedId!.Value)!.Ledger;

    JsonObject Head(SignedCheckpoint signed, int number) => new()
    {
        ["number"] = number,
        ["origin"] = data.Ledger.Origin,
        ["key"] = data.Ledger.Key.ToString(),
        ["size"] = signed.Checkpoint.Size,
        ["checkpoint"] = Encoding.UTF8.GetString(signed.Note),
        ["timeZone"] = TimeZoneOf(data.Ledger),
        ["recoveryKey"] = null,
        ["signedByRecovery"] = false,
        ["ownCheckpoint"] = null,
    };

    static JsonObject Head(ClosedLedger closed, int number) => new()
    {
        ["number"] = number,
        ["origin"] = closed.Origin,
        ["key"] = closed.Key.ToString(),
        ["size"] = closed.Size,
        ["checkpoint"] = Encoding.UTF8.GetString(closed.Checkpoint.Note),
        ["timeZone"] = TimeZoneOf(closed),
        ["recoveryKey"] = closed.Genesis.RecoveryKey.ToString(),
        ["signedByRecovery"] = closed.SignedByRecovery,
        ["ownCheckpoint"] = closed.SignedByRecovery && closed.FindOwnCheckpoint() is { } own ? Encoding.UTF8.GetString(own) : null,
    };

    static string TimeZoneOf(ILedgerReader ledger)
    {
        using var genesis = EntryView.Parse(ledger.Read(0, 1)[0]);
        return genesis.Body.Text("timeZone"u8) ?? "UTC";
    }
}
