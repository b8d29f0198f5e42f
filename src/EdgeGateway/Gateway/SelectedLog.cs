using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Gateway;

/// <summary>One log of a data directory, the one that is written or a closed one, for whoever only reads.</summary>
/// <param name="Views">Opens them where they are not open yet.</param>
/// <param name="Size">Entries that can be read.</param>
sealed record SelectedLog(string Origin, ILedgerReader Ledger, Func<LedgerViews> Views, long Size)
{
    /// <summary>Every entry acknowledged before the call is in the log and, where <paramref name="views"/> are wanted, in them.</summary>
    /// <param name="origin">Null for the log that is written.</param>
    /// <exception cref="GatewayException">There is no such log, or it is damaged.</exception>
    public static async Task<SelectedLog> FindAsync(GatewayData data, string? origin, bool views, CancellationToken cancellationToken)
    {
        if (origin is null || origin == data.Ledger.Origin)
        {
            if (views) await data.CatchUpViewsAsync(cancellationToken);
            else await data.Ledger.CatchUpAsync(cancellationToken);
            return new SelectedLog(data.Ledger.Origin, data.Ledger, () => data.Views, data.Ledger.Size);
        }

        var closed = data.Logs.Find(origin);
        return new SelectedLog(closed.Ledger.Origin, closed.Ledger, () => closed.Views(cancellationToken), closed.Ledger.Size);
    }
}
