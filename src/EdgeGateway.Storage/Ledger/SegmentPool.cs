using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Segments ready to be written: preallocated and written through once, because a sync into blocks that were only
/// reserved costs up to four times as much. Retired segments are used again while the process lives. Safe for the writer
/// and whoever retires segments.
/// </summary>
sealed class SegmentPool(string directory, int segmentBytes) : IDisposable
{
    const int Spares = 2;
    const int ChunkBytes = 1 << 20;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly Lock _lock = new();
    readonly Queue<(string Path, bool IsFresh)> _ready = new();
    Task _preparing = Task.CompletedTask;
    long _deleteBelow;
    int _made;

    /// <summary>Removes spares of an earlier process: they may hold private parts that were erased since, or have another size.</summary>
    public void Clear()
    {
        foreach (var spare in Directory.GetFiles(directory, "spare-*")) File.Delete(spare);
    }

    /// <summary>Makes one meanwhile where none is ready, so that rolling to a new segment does not wait for the disk.</summary>
    public void PrepareMeanwhile()
    {
        lock (_lock)
        {
            if (_ready.Count == 0 && _preparing.IsCompleted) _preparing = Task.Run(TryPrepare);
        }
    }

    /// <returns>Its path, and whether it never held an entry: behind the end of a used one stands what an earlier use left.</returns>
    /// <exception cref="StorageFullException">There is none and no room to make one; nothing is left of it.</exception>
    public (string Path, bool IsFresh) Take()
    {
        Finish();
        lock (_lock)
        {
            if (_ready.TryDequeue(out var spare)) return spare;
        }

        return (Make(), true);
    }

    /// <summary>Removes the spares, and later every segment up to this one instead of using it again: they hold what was erased.</summary>
    public void DeleteUpTo(long segment)
    {
        Finish();
        lock (_lock)
        {
            _deleteBelow = Math.Max(_deleteBelow, segment + 1);
            while (_ready.TryDequeue(out var spare)) File.Delete(spare.Path);
        }
    }

    /// <summary>Takes back a segment whose entries are all in durable bundles.</summary>
    public void Return(string segment, long number)
    {
        lock (_lock)
        {
            if (number >= _deleteBelow && _ready.Count < Spares && new FileInfo(segment).Length == segmentBytes)
            {
                var path = NextName();
                DurableFile.Rename(segment, path);
                _ready.Enqueue((path, false));
                return;
            }
        }

        File.Delete(segment);
    }

    public static void WriteZeros(SafeFileHandle file, long from, long to)
    {
        var zeros = new byte[(int)Math.Min(ChunkBytes, to - from)];
        for (var at = from; at < to; at += zeros.Length)
        {
            DurableFile.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, to - at)), at);
        }
    }

    /// <summary>Waits for what is being prepared: afterwards nothing is written here any more.</summary>
    public void Dispose() => Finish();

    void Finish() => _preparing.GetAwaiter().GetResult();

    void TryPrepare()
    {
        try
        {
            var path = Make();
            lock (_lock) _ready.Enqueue((path, true));
        }
        catch (IOException)
        {
            // Whoever needs one makes it himself, and then learns why there can't be one.
        }
    }

    string Make()
    {
        var path = NextName();
        try
        {
            using var file = DurableFile.Create(path, Mode);
            WriteZeros(file, 0, segmentBytes);
            DurableFile.Sync(file);
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    string NextName() => Path.Combine(directory, $"spare-{Interlocked.Increment(ref _made)}");
}
