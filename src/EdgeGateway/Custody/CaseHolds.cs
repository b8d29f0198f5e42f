using EdgeGateway.Gateway;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Custody;

/// <summary>
/// The cases on hold (暂停销毁), whichever log said so: a hold outlives the log that it was sealed in, and the newest word on a case counts.
/// </summary>
static class CaseHolds
{
    /// <summary>By case, with the name of the log that holds the entry. The views must have caught up.</summary>
    /// <exception cref="GatewayException">A closed log is damaged, so that nobody knows what it put on hold.</exception>
    public static IReadOnlyDictionary<string, (CaseHold Hold, string Origin)> All(GatewayData data, CancellationToken cancellationToken)
    {
        var holds = new SortedDictionary<string, (CaseHold, string)>(StringComparer.Ordinal);
        foreach (var closed in data.Logs.All) Take(closed.OwnViews(cancellationToken), closed.Ledger.Origin);
        Take(data.Views, data.Ledger.Origin);
        return holds;

        void Take(LedgerViews views, string origin)
        {
            foreach (var hold in views.Holds())
            {
                if (hold.Released) holds.Remove(hold.Case);
                else holds[hold.Case] = (hold, origin);
            }
        }
    }
}
