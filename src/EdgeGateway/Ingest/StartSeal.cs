using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>
/// The entries that a start begins with: what was lost before it, and the start itself. On a full disk they wait, and nothing
/// that devices send is taken before they are sealed. Safe for any number of threads.
/// </summary>
/// <param name="configuration">The settings in force, of which the start entry has the digest.</param>
/// <param name="executable">The digest of the software, which takes a moment.</param>
sealed class StartSeal(FileLedger ledger, ProfileCatalog profiles, string configuration, Task<byte[]> executable, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _one = new(1, 1);
    Queue<OwnEntry>? _left;
    volatile bool _sealed;

    public bool IsSealed => _sealed;

    public void Dispose() => _one.Dispose();

    /// <summary>Seals what is left to be; returns at once where all is.</summary>
    /// <returns>False where there is no room, or the gateway stops.</returns>
    public async ValueTask<bool> TryAsync(CancellationToken cancellationToken)
    {
        if (_sealed) return true;
        await _one.WaitAsync(cancellationToken);
        try
        {
            _left ??= new Queue<OwnEntry>([.. await LedgerLifecycle.GapsAsync(ledger, time, cancellationToken), LedgerLifecycle.Start(profiles, configuration, await executable)]);
            while (_left.TryPeek(out var entry))
            {
                if (!ledger.HasRoom || !(await entry.TrySealAsync(ledger, cancellationToken)).IsDurable) return false;
                _left.Dequeue();
            }

            return _sealed = true;
        }
        finally
        {
            _one.Release();
        }
    }
}
