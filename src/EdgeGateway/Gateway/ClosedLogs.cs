using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Gateway;

/// <summary>The logs that this data directory's ledger goes on from, the oldest first. Safe for any number of threads.</summary>
sealed class ClosedLogs : IDisposable
{
    const int Page = 500;

    readonly Lock _taking = new();

    ClosedLogs(IReadOnlyList<ClosedLog> all) => All = all;

    public IReadOnlyList<ClosedLog> All { get; }

    /// <summary>Of those that can be read.</summary>
    public IEnumerable<VerifierKey> Keys => All.Where(log => log.Error is null).Select(log => log.Ledger.Key);

    public static ClosedLogs Open(string data, ILogger logger) =>
        new([.. ClosedLedger.FoldersIn(data).Select(folder => ClosedLog.Open(folder, logger))]);

    /// <exception cref="GatewayException">There is none of that name, or it is damaged.</exception>
    public ClosedLog Find(string origin) => All.FirstOrDefault(log => log.Origin == origin) ?? throw (All.FirstOrDefault(log => log.Error is not null) is { } damaged
        ? Failure.Of("log.none-readable", DisplayText.Of(origin), damaged.Shard, damaged.Error)
        : Failure.Of("log.none", DisplayText.Of(origin)));

    /// <summary>The log with this leaf hash of entry 0; null where it is none of these, or damaged.</summary>
    public ClosedLog? Find(Hash id) => All.FirstOrDefault(log => log.Error is null && log.Ledger.Genesis.LeafHash == id);

    /// <summary>
    /// Its views with what every later log says of its items: the newest word counts. The views of the one that is written must have caught up.
    /// </summary>
    /// <exception cref="GatewayException">It or a later one is damaged, so that nobody knows what became of its items.</exception>
    public LedgerViews Views(ClosedLog log, GatewayData data, CancellationToken cancellationToken)
    {
        var later = All.SkipWhile(one => one != log).Skip(1).ToList();
        lock (_taking)
        {
            while (true)
            {
                var views = log.OwnViews(cancellationToken);
                var id = log.Ledger.Genesis.LeafHash;
                if (later.TrueForAll(one => TryTake(views, id, one.Ledger, one.Ledger.Genesis.LeafHash, one.OwnViews(cancellationToken)))
                    && TryTake(views, id, data.Ledger, data.LogId, data.Views))
                {
                    return views;
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var log in All) log.Dispose();
    }

    /// <returns>False if the views were found damaged, and begin again.</returns>
    static bool TryTake(LedgerViews views, Hash id, ILedgerReader later, Hash laterId, LedgerViews about)
    {
        while (about.EntriesAbout(id, views.TakenFrom(laterId), Page) is { Count: > 0 } page)
        {
            if (!views.ApplyLater(laterId, [.. page.Select(entry => later.Read(entry.Entry, 1)[0])], page[^1].Number)) return false;
        }

        return true;
    }
}
