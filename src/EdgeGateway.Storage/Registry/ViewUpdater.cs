using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>Brings the views up to the ledger a step at a time, at whatever pace the host finds time for.</summary>
public static class ViewUpdater
{
    /// <summary>Large enough that LiteDB's price by the transaction does not show, small enough for a few megabytes.</summary>
    public const int DefaultBatch = 2000;

    /// <summary>
    /// Reads at most <paramref name="maximumBatch"/> entries and applies them. The step takes some 20 µs of one processor
    /// by the entry. Also without entries it sees to a file that a query found damaged, so it is to be called now and then.
    /// </summary>
    /// <returns>
    /// How many were applied. 0: the views are up to date, or a damaged file is being made again; what is left to do is
    /// always <c>ledger.Size - views.Position</c>.
    /// </returns>
    /// <inheritdoc cref="LedgerViews.Apply" path="/exception"/>
    public static int CatchUp(ILedgerReader ledger, LedgerViews views, int maximumBatch)
    {
        var records = ledger.Read(views.Position, maximumBatch);
        return views.Apply(records) ? records.Count : 0;
    }
}
