using EdgeGateway.Evidence;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Gateway;

/// <summary>The logs that this data directory's ledger goes on from, the oldest first.</summary>
sealed class ClosedLogs : IDisposable
{
    ClosedLogs(IReadOnlyList<ClosedLog> all) => All = all;

    public IReadOnlyList<ClosedLog> All { get; }

    public static ClosedLogs Open(string data, ILogger logger) =>
        new([.. ClosedLedger.FoldersIn(data).Select(folder => ClosedLog.Open(folder, logger))]);

    /// <exception cref="GatewayException">There is none of that name, or it is damaged.</exception>
    public ClosedLog Find(string origin) => All.FirstOrDefault(log => log.Origin == origin) ?? throw new GatewayException(
        All.FirstOrDefault(log => log.Error is not null) is { } damaged
            ? $"There is no log '{DisplayText.Of(origin)}' that can be read, and logs/{damaged.Shard} is damaged: {damaged.Error}"
            : $"There is no log '{DisplayText.Of(origin)}' here. 'edgegw ledger status' names those that there are.");

    public void Dispose()
    {
        foreach (var log in All) log.Dispose();
    }
}
