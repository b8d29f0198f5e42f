using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Media;

namespace EdgeGateway.Retention;

/// <summary>
/// Carries out what tombstones say: object first, because the private part alone names it; then the private part, at once
/// where its bundle is full or its log is closed, else once it is; then the segments of the write-ahead log that held it. Every step may be done
/// twice, so after a crash or a failure the tombstones are gone through again from the last one that was done in full.
/// </summary>
sealed class ErasureWork(GatewayData data) : IDisposable
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

    /// <summary>Items of any log beside these that stay, and have their bytes in this object here. The views must have caught up.</summary>
    /// <param name="going">By the name of their log and their index.</param>
    /// <exception cref="GatewayException">A closed log is damaged, so that nobody knows.</exception>
    public IReadOnlyList<(string Origin, long Index)> OthersThatNeed(Hash digest, IReadOnlySet<(string Origin, long Index)> going, CancellationToken cancellationToken)
    {
        var found = new List<(string, long)>();
        foreach (var log in SelectedLog.All(data, cancellationToken))
        {
            var others = log.Views().ItemsOfObject(digest).Where(index => !going.Contains((log.Origin, index))).ToList();
            var states = log.Views().FindStates(others);
            found.AddRange(others.Where(index => states.GetValueOrDefault(index) is not ({ Tombstone: not null } or { Medium: not null })).Select(index => (log.Origin, index)));
        }

        return found;
    }

    /// <summary>Goes as far as it can now. Only between entering and leaving.</summary>
    /// <exception cref="IOException">The disk failed or is full: what is left is done at the next call.</exception>
    /// <exception cref="GatewayException">A closed log is damaged: what needs it is done once it is restored.</exception>
    public async Task CarryOutAsync(CancellationToken cancellationToken)
    {
        await data.CatchUpViewsAsync(cancellationToken);
        foreach (var closed in data.Logs.All.Where(closed => closed.Error is null)) FinishClosed(closed, cancellationToken);
        if (_next < 0) _next = data.Ledger.ErasuresDone;
        _notCut = 0;
        var at = _next;
        var isSigned = false;
        while (data.Views.TombstonesFrom(at, Page) is { Count: > 0 } page)
        {
            // Whoever verifies the ledger meanwhile must find the tombstone before he misses what it erased.
            if (!isSigned) await data.Ledger.CheckpointAsync(cancellationToken);
            isSigned = true;
            CarryOut(page, cancellationToken);
            at = page[^1].Entry + 1;
        }

        if (_notCut == 0) _next = at;
        Conclude();
    }

    public void Dispose() => _one.Dispose();

    void CarryOut(IReadOnlyList<(long Entry, long Item, Hash? Log)> page, CancellationToken cancellationToken)
    {
        var notCut = 0;
        foreach (var group in page.Where(tombstone => tombstone.Log is not null).GroupBy(tombstone => tombstone.Log!.Value))
        {
            notCut += CutClosed(group.Key, [.. group.Select(tombstone => tombstone.Item)], cancellationToken);
        }

        var own = page.Where(tombstone => tombstone.Log is null).Select(tombstone => tombstone.Item).ToList();
        var written = SelectedLog.Written(data);
        var ready = own.FindAll(item => DeleteObject(written, item, cancellationToken));
        var left = data.Ledger.Erase(ready);
        foreach (var item in ready) data.Views.Refresh(data.Ledger.Read(item, 1)[0]);
        notCut += own.Count - ready.Count + left.Count;
        _notCut += notCut;

        // Only once none before it is left: the next call comes by here again.
        if (_notCut > 0) return;
        _inLog.Enqueue((page[^1].Entry + 1, page.Count, own.Count > 0 ? data.Ledger.RetireLog(own.Max()) : 0));
    }

    /// <summary>What a log had not carried out of its own tombstones when it was closed.</summary>
    void FinishClosed(ClosedLog closed, CancellationToken cancellationToken)
    {
        var at = closed.Ledger.ErasuresDone;
        if (at >= closed.Ledger.Size) return;
        var left = 0;
        while (closed.OwnViews(cancellationToken).TombstonesFrom(at, Page) is { Count: > 0 } page)
        {
            foreach (var group in page.GroupBy(tombstone => tombstone.Log ?? closed.Ledger.Genesis.LeafHash))
            {
                left += CutClosed(group.Key, [.. group.Select(tombstone => tombstone.Item)], cancellationToken);
            }

            at = page[^1].Entry + 1;
        }

        if (left == 0) closed.Ledger.ErasuresDone = closed.Ledger.Size;
    }

    /// <returns>How many of these items of a closed log could not be erased yet.</returns>
    int CutClosed(Hash id, IReadOnlyList<long> items, CancellationToken cancellationToken)
    {
        if (data.Logs.Find(id) is not { } closed) return items.Count;
        var log = SelectedLog.Find(data, id, cancellationToken)!;
        var ready = items.Where(item => DeleteObject(log, item, cancellationToken)).ToList();
        closed.Ledger.Erase(ready);
        var views = log.Views();
        foreach (var item in ready) views.Refresh(closed.Ledger.Read(item, 1)[0]);
        return items.Count - ready.Count;
    }

    /// <returns>False if it may be about to be named by another entry.</returns>
    bool DeleteObject(SelectedLog log, long index, CancellationToken cancellationToken)
    {
        using var entry = EntryView.Parse(log.Ledger.Read(index, 1)[0]);
        if (entry.Private.Digest("object"u8) is not { } digest) return true;
        return OthersThatNeed(digest, new HashSet<(string, long)> { (log.Origin, index) }, cancellationToken).Count > 0 || Remove(digest);
    }

    /// <summary>With the original goes what was made of it.</summary>
    bool Remove(Hash digest)
    {
        if (!data.Objects.Remove(digest)) return false;
        MediaFolder.Remove(data.Path, digest);
        return true;
    }

    void Conclude()
    {
        var done = -1L;
        while (_inLog.TryPeek(out var page) && data.Ledger.FirstSegment >= page.Segment)
        {
            done = page.End;
            _inLog.Dequeue();
        }

        if (done >= 0) data.Ledger.ErasuresDone = done;
    }

    sealed class Leaving(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
