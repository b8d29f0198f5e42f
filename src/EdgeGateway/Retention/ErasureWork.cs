using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Retention;

/// <summary>
/// Carries out what tombstones say: object first, because the private part alone names it; then the private part, at once
/// where its bundle is full, else once it is; then the segments of the write-ahead log that held it. Every step may be done
/// twice, so after a crash or a failure the tombstones are gone through again from the last one that was done in full.
/// </summary>
sealed class ErasureWork(FileLedger ledger, ObjectStore objects, LedgerViews views, Func<CancellationToken, Task> catchUp) : IDisposable
{
    const int Page = 500;

    readonly SemaphoreSlim _one = new(1);

    // Tombstones that are carried out but for the log: up to which entry, and the segment that has to be the first one.
    readonly Queue<(long End, int Count, long Segment)> _inLog = new();
    long _next = -1;
    int _notCut;

    /// <summary>Tombstones that are not carried out in full yet.</summary>
    public int Pending => _notCut + _inLog.Sum(page => page.Count);

    /// <summary>One erasure at a time: what was decided must still hold when it is sealed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Leaving(_one);
    }

    /// <summary>Items beside these that stay, and have their bytes in this object here.</summary>
    public IReadOnlyList<long> OthersThatNeed(Hash digest, IReadOnlySet<long> going)
    {
        var others = views.ItemsOfObject(digest).Where(index => !going.Contains(index)).ToList();
        var states = views.FindStates(others);
        return others.FindAll(index => states.GetValueOrDefault(index) is not ({ Tombstone: not null } or { Medium: not null }));
    }

    /// <summary>Goes as far as it can now. Only between entering and leaving.</summary>
    /// <exception cref="IOException">The disk failed or is full: what is left is done at the next call.</exception>
    public async Task CarryOutAsync(CancellationToken cancellationToken)
    {
        await catchUp(cancellationToken);
        if (_next < 0) _next = ledger.ErasuresDone;
        _notCut = 0;
        var at = _next;
        var isSigned = false;
        while (views.TombstonesFrom(at, Page) is { Count: > 0 } page)
        {
            // Whoever verifies the ledger meanwhile must find the tombstone before he misses what it erased.
            if (!isSigned) await ledger.CheckpointAsync(cancellationToken);
            isSigned = true;
            CarryOut(page);
            at = page[^1].Entry + 1;
        }

        if (_notCut == 0) _next = at;
        Conclude();
    }

    public void Dispose() => _one.Dispose();

    void CarryOut(IReadOnlyList<(long Entry, long Item)> page)
    {
        var ready = page.Select(tombstone => tombstone.Item).Where(DeleteObject).ToList();
        var left = ledger.Erase(ready);
        foreach (var item in ready) views.Refresh(ledger.Read(item, 1)[0]);
        var notCut = page.Count - ready.Count + left.Count;
        _notCut += notCut;

        // Only once none before it is left: the next call comes by here again.
        if (_notCut > 0) return;
        _inLog.Enqueue((page[^1].Entry + 1, page.Count, ledger.RetireLog(page.Max(tombstone => tombstone.Item))));
    }

    /// <returns>False if it may be about to be named by another entry.</returns>
    bool DeleteObject(long index)
    {
        using var entry = EntryView.Parse(ledger.Read(index, 1)[0]);
        if (entry.Private.Digest("object"u8) is not { } digest) return true;
        return OthersThatNeed(digest, new HashSet<long> { index }).Count > 0 || objects.Remove(digest);
    }

    void Conclude()
    {
        var done = -1L;
        while (_inLog.TryPeek(out var page) && ledger.FirstSegment >= page.Segment)
        {
            done = page.End;
            _inLog.Dequeue();
        }

        if (done >= 0) ledger.ErasuresDone = done;
    }

    sealed class Leaving(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
