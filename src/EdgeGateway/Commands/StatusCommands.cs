using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;

namespace EdgeGateway.Commands;

/// <summary><c>status</c>: the ledger's figures, and the wires' where a gateway runs.</summary>
sealed class StatusCommands(GatewayData data, LedgerCommands ledger, Func<JsonObject>? live)
{
    public async Task<JsonNode> StatusAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var status = (await ledger.StatusAsync(arguments, actor, cancellationToken)).AsObject();
        status["running"] = live is not null;
        status["clock"] = new ClockCommands(data).ToJson();
        status["ledgerBytes"] = LedgerBytes();
        status["storage"] = StorageOf(data.Ledger);
        status["erasuresPending"] = data.Erasures.Pending;
        if (live is null) return status;
        foreach (var (name, value) in live()) status[name] = value?.DeepClone();
        return status;
    }

    /// <summary>How full the disk is, and the alarm that is on.</summary>
    public static JsonObject StorageOf(Storage.Ledger.FileLedger ledger)
    {
        var alarm = Retention.StorageAlarm.Of(ledger);
        return new JsonObject { ["usedPercent"] = alarm.UsedPercent, ["alarm"] = alarm.Step };
    }

    /// <summary>Bundles are alike in size, so the newest stand for all: counting every file would take longer with each month.</summary>
    long LedgerBytes()
    {
        var path = Path.Combine(data.Path, "ledger", "tile", "entries");
        var payloads = Path.Combine(data.Path, "payloads");
        var bundles = data.Ledger.Size / Ledger.TilePath.FullWidth;
        return data.Ledger.WalBytes + bundles * (NewestBytes(path) + NewestBytes(payloads) + Ledger.TilePath.FullBytes);
    }

    static long NewestBytes(string folder)
    {
        if (!Directory.Exists(folder)) return 0;
        var newest = new DirectoryInfo(folder).EnumerateFiles().LastOrDefault();
        return newest?.Length ?? 0;
    }
}
