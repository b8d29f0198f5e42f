using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Gateway;

/// <summary>
/// A closed log of the data directory. One that is damaged does not keep the gateway from sealing: whoever asks for it is told.
/// Its views are opened when they are asked for first. Safe for any number of threads.
/// </summary>
sealed class ClosedLog : IDisposable
{
    readonly Lock _opening = new();
    readonly ClosedLedger? _ledger;
    readonly ILogger _logger;
    LedgerViews? _views;

    ClosedLog(string shard, ClosedLedger? ledger, string? error, ILogger logger)
    {
        Shard = shard;
        _ledger = ledger;
        Error = error;
        _logger = logger;
    }

    public string Shard { get; }

    /// <summary>Why it can't be read; null where it can.</summary>
    public string? Error { get; }

    public string? Origin => _ledger?.Origin;

    /// <exception cref="GatewayException">It is damaged.</exception>
    public ClosedLedger Ledger => _ledger ?? throw new GatewayException(Error!);

    public static ClosedLog Open(string folder, ILogger logger)
    {
        try
        {
            return new ClosedLog(Path.GetFileName(folder), ClosedLedger.Open(folder), null, logger);
        }
        catch (Exception e) when (e is LedgerCorruptException or IOException)
        {
            return new ClosedLog(Path.GetFileName(folder), null, e.Message, logger);
        }
    }

    /// <summary>All of it is in the views; what later logs say of its items only <see cref="ClosedLogs.Views"/> adds.</summary>
    public LedgerViews OwnViews(CancellationToken cancellationToken)
    {
        lock (_opening)
        {
            var views = _views ??= LedgerViews.Open(Path.Combine(Ledger.Folder, "views"), Ledger, _logger);
            while (views.Position < Ledger.Size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ViewUpdater.CatchUp(Ledger, views, ViewUpdater.DefaultBatch);
            }

            return views;
        }
    }

    public void Dispose() => _views?.Dispose();
}
