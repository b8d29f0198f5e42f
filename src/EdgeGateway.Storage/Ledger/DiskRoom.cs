namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Whether there is room to seal. Looks at the disk at most once a second, so that asking costs nothing; once full it
/// stays so until twice the reserve is free, so that sealing does not flicker. Safe for any number of threads.
/// </summary>
public sealed class DiskRoom(string path, long reserveBytes, TimeProvider time)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    readonly Lock _looking = new();
    readonly DriveInfo _drive = new(path);
    long _lookedAt = long.MinValue;
    volatile bool _full;

    public bool IsEnough
    {
        get
        {
            // One looks at a time, so that a look that took long cannot undo a later one or a report; the others go by the last.
            if (!IsDue || !_looking.TryEnter()) return !_full;
            try
            {
                if (IsDue) Look();
                return !_full;
            }
            finally
            {
                _looking.Exit();
            }
        }
    }

    /// <summary>Whether so many bytes would leave the reserve as it is.</summary>
    public bool IsEnoughFor(long bytes) => IsEnough && FreeBytes - bytes >= reserveBytes;

    public long FreeBytes => _drive.AvailableFreeSpace;

    public long DiskBytes => _drive.TotalSize;

    /// <summary>A write found the disk full whatever the last look said; so it stays for a second at least.</summary>
    public void ReportFull()
    {
        lock (_looking)
        {
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
            _full = true;
        }
    }

    /// <summary>Ends when it is worth looking again.</summary>
    internal Task NextLookAsync(CancellationToken cancellationToken) => Task.Delay(LookEvery, time, cancellationToken);

    /// <summary>The same on a thread of one's own; false when it was cancelled.</summary>
    internal bool WaitForNextLook(CancellationToken cancellationToken)
    {
        var next = NextLookAsync(cancellationToken);
        ((IAsyncResult)next).AsyncWaitHandle.WaitOne();
        return !cancellationToken.IsCancellationRequested;
    }

    bool IsDue => Volatile.Read(ref _lookedAt) is var at && (at == long.MinValue || time.GetElapsedTime(at) >= LookEvery);

    void Look()
    {
        var free = FreeBytes;
        _full = _full ? free < 2 * reserveBytes : free < reserveBytes;
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }
}
