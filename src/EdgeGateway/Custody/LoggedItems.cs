using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>Items of several logs, each named by its log and index. One thread; the views must have caught up.</summary>
/// <param name="standard">The log of items that name none; null for the one that is written.</param>
sealed class LoggedItems(GatewayData data, string? standard, CancellationToken cancellationToken)
{
    readonly Dictionary<string, (SelectedLog Log, ItemLookup Lookup)> _logs = new(StringComparer.Ordinal);

    /// <param name="origin">The item's log, where it names one.</param>
    /// <param name="error">Why there is none, in a sentence with the remedy.</param>
    public SealedItem? Find(string? origin, long index, out ItemState? state, out EntryKind kind, out string? error)
    {
        (state, kind) = (null, EntryKind.Evidence);
        var name = origin ?? standard ?? data.Ledger.Origin;
        if (!_logs.TryGetValue(name, out var found))
        {
            if (name != data.Ledger.Origin && data.Logs.All.All(log => log.Origin != name))
            {
                error = Said.Of("row.origin", Evidence.DisplayText.Of(name), data.Ledger.Origin);
                return null;
            }

            var log = SelectedLog.Find(data, name, cancellationToken);
            _logs[name] = found = (log, new ItemLookup(log));
        }

        if (found.Lookup.Find(index, out kind, out error) is not { } item) return null;
        state = found.Log.FindState(index);
        return item;
    }
}
