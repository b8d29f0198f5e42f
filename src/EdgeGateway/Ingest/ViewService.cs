using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Ingest;

/// <summary>
/// Keeps the views close behind the ledger. Sealing comes first: while the machine has nothing to spare the views wait, a
/// few seconds at an ordinary rate, longer in a flood of entries. A failing view is logged and tried again; it never stops
/// the gateway.
/// </summary>
sealed partial class ViewService(GatewayData data, TimeProvider time, ILogger<ViewService> logger) : BackgroundService
{
    /// <summary>Sealed per second from which on it is a flood.</summary>
    const int FloodRate = 12_000;

    /// <summary>In a flood the views fall behind so far, and no further.</summary>
    const long MaximumBehind = 500_000;

    /// <summary>Without idle processors the views are late by so much, at an ordinary rate.</summary>
    const double PatienceSeconds = 2.5;

    /// <summary>Below this share of idle processor time the machine has nothing to spare.</summary>
    const double SpareShare = 0.1;

    /// <summary>Small, so that sealing gets the processor back often.</summary>
    const int Batch = 1000;

    static readonly TimeSpan RateWindow = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly ProcessorIdle _processor = new();
    long _lookedSize;
    long _lookedAt;
    double _rate;
    double _idle = 1;
    DateTimeOffset? _oldestMissing;

    /// <summary>Age of the oldest entry that is not in the views; 0 when they have all.</summary>
    public double LagSeconds => _oldestMissing is { } since && data.Views.Position < data.Ledger.DurableSize
        ? Math.Max(0, (time.GetUtcNow() - since).TotalSeconds)
        : 0;

    /// <summary>Why the views can't follow, or null.</summary>
    public string? Error { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Also while there is always more: the views are closed once this has ended, and never under it.
                stoppingToken.ThrowIfCancellationRequested();
                await data.Ledger.WaitForMoreAsync(data.Views.Position, stoppingToken);
                if (!TryLook()) await Task.Delay(RetryAfter, time, stoppingToken);
                else if (ShouldWait()) await Task.Delay(RateWindow, time, stoppingToken);
                else if (!Step()) await Task.Delay(RetryAfter, time, stoppingToken);
                await Task.Yield();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // They catch up from where they are at the next start.
        }
    }

    bool Step() => Try(() => ViewUpdater.CatchUp(data.Ledger, data.Views, Batch));

    bool Try(Action action)
    {
        try
        {
            action();
            Error = null;
            return true;
        }
        catch (Exception e) when (e is IOException or LedgerCorruptException)
        {
            if (Error is null) LogFailed(e, data.Views.Position);
            Error = e.Message;
            return false;
        }
    }

    void NoteOldest()
    {
        var oldest = data.Ledger.Read(data.Views.Position, 1);
        if (oldest.Count == 0) return;
        using var entry = EntryView.Parse(oldest[0]);
        _oldestMissing = entry.At;
    }

    bool TryLook() => Try(Look);

    bool ShouldWait()
    {
        var behind = data.Ledger.Size - data.Views.Position;
        return _rate > FloodRate ? behind < MaximumBehind : _idle < SpareShare && LagSeconds < PatienceSeconds;
    }

    void Look()
    {
        var elapsed = time.GetElapsedTime(_lookedAt);
        if (elapsed < RateWindow) return;
        var size = data.Ledger.DurableSize;
        _rate = (size - _lookedSize) / elapsed.TotalSeconds;
        _idle = _processor.Share();
        NoteOldest();
        (_lookedSize, _lookedAt) = (size, time.GetTimestamp());
    }

    [LoggerMessage(1033, LogLevel.Error, "The views stand still before entry {Position}; sealing goes on, and they are tried again")]
    partial void LogFailed(Exception exception, long position);
}
