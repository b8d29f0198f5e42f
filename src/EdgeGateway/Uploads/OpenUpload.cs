using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Uploads;

namespace EdgeGateway.Uploads;

/// <summary>
/// An upload that is under way: takes chunks in any order, makes those that wait durable together, and reads behind them for the digest.
/// Nothing of it is held in memory but which chunks there are. Safe for any number of threads.
/// </summary>
/// <param name="durable">The chunks that are on disk already.</param>
/// <param name="ended">Told once, when all of it is on disk and read, or the disk failed (null): from then on this is left alone.</param>
sealed class OpenUpload(
    UploadRecord record, UploadManifest manifest, UploadFile file, ChunkSet durable, bool withSm3, long openedAt,
    Func<OpenUpload, (Hash Sha256, Hash? Sm3)?, Exception?, Task> ended) : IDisposable
{
    static readonly Task<SealOutcome> Kept = Task.FromResult(UploadOutcomes.Kept);

    readonly Lock _lock = new();
    readonly CancellationTokenSource _closing = new();
    readonly UploadDigest _digest = new(withSm3);
    readonly HashSet<int> _written = [];
    List<(int Chunk, TaskCompletionSource<SealOutcome> Outcome)> _waiting = [];
    Task _syncing = Task.CompletedTask;
    Task _reading = Task.CompletedTask;
    bool _closed;
    bool _stopped;
    bool _ended;
    bool _failed;

    public UploadRecord Record { get; set; } = record;

    public UploadManifest Manifest => manifest;

    public UploadFile File => file;

    /// <summary>Timestamp of the <see cref="TimeProvider"/>, since this process has it.</summary>
    public long OpenedAt => openedAt;

    /// <summary>Where what is to be told goes; null until the device has spoken.</summary>
    public Action<UploadAnswer>? Answer { get; set; }

    /// <summary>Whether every chunk is on disk.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_lock) return durable.IsFull;
        }
    }

    /// <summary>What is missing, for the device.</summary>
    public UploadAnswer.Missing Missing()
    {
        lock (_lock)
        {
            var ranges = durable.Missing().Take(UploadAnswer.MaximumRanges + 1).ToList();
            return new UploadAnswer.Missing([.. ranges.Take(UploadAnswer.MaximumRanges)], ranges.Count > UploadAnswer.MaximumRanges);
        }
    }

    /// <param name="bytes">As many as the chunk has.</param>
    /// <exception cref="IOException">They can't be written; nothing of it counts.</exception>
    public UploadStep Write(int chunk, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_closed) return new UploadStep(UploadOutcomes.Unavailable);
            var isDurable = durable.Has(chunk);
            if (isDurable || _written.Contains(chunk))
            {
                if (!file.Holds(chunk, bytes)) return UploadOutcomes.Refused(RefusalReason.UploadConflict, "This chunk has come before with other bytes, and those count.");
                if (isDurable) return new UploadStep(Kept);
            }
            else
            {
                file.Write(chunk, bytes);
                _written.Add(chunk);
            }

            var outcome = new TaskCompletionSource<SealOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((chunk, outcome));
            if (_syncing.IsCompleted) _syncing = Task.Run(SyncAll);
            return new UploadStep(outcome.Task);
        }
    }

    /// <summary>Reads on for the digest, and says when all is read.</summary>
    public void ReadOn()
    {
        lock (_lock)
        {
            if (!_stopped && !_ended && _reading.IsCompleted) _reading = Task.Run(ReadAsync);
        }
    }

    /// <summary>Takes nothing more, and returns once no chunk is being written any more.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            return _syncing;
        }
    }

    /// <summary>The same, and nothing reads it any more either, nor is it being sealed.</summary>
    public async Task StopAsync()
    {
        await CloseAsync();
        await StopReadingAsync();
    }

    /// <returns>False where it is ending already: then somebody else has it in hand.</returns>
    public bool TryEnd()
    {
        lock (_lock)
        {
            if (_ended) return false;
            return _ended = true;
        }
    }

    /// <summary>It could not be ended for now.</summary>
    public void TryAgain()
    {
        lock (_lock) _ended = false;
    }

    public void Dispose()
    {
        _closing.Dispose();
        _digest.Dispose();
        file.Dispose();
    }

    void SyncAll()
    {
        while (true)
        {
            List<(int Chunk, TaskCompletionSource<SealOutcome> Outcome)> batch;
            int[] chunks;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    // A chunk that comes from here on starts another.
                    _syncing = Task.CompletedTask;
                    return;
                }

                (batch, _waiting) = (_waiting, []);
                chunks = [.. batch.Select(waiting => waiting.Chunk).Where(chunk => !durable.Has(chunk)).Distinct()];
            }

            var outcome = Sync(chunks);
            foreach (var waiting in batch) waiting.Outcome.SetResult(outcome);
            if (outcome.IsDurable) ReadOn();
        }
    }

    SealOutcome Sync(int[] chunks)
    {
        // Chunks that were written before a sync failed may look clean to the next one and be lost all the same.
        if (_failed) return SealOutcome.Unavailable;
        try
        {
            file.Sync(chunks);
            lock (_lock)
            {
                foreach (var chunk in chunks)
                {
                    durable.Add(chunk);
                    _written.Remove(chunk);
                }
            }

            return UploadOutcomes.Kept;
        }
        catch (StorageFullException)
        {
            // The chunks are written but not listed: when they come again, they are listed.
            return SealOutcome.Unavailable;
        }
        catch (IOException e)
        {
            // What the disk has of it is not known any more: nothing of it is acknowledged from here on.
            _failed = true;
            lock (_lock) _closed = true;
            if (TryEnd()) _ = FailAsync(e);
            return SealOutcome.Unavailable;
        }
    }

    async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                long end;
                lock (_lock)
                {
                    var prefix = durable.Prefix;
                    end = prefix == manifest.Chunks ? manifest.Size : manifest.OffsetOf(prefix);
                    if (end == _digest.Position && end < manifest.Size)
                    {
                        _reading = Task.CompletedTask;
                        return;
                    }
                }

                await _digest.AdvanceAsync(file, end, _closing.Token);
                if (end == manifest.Size) break;
            }
        }
        catch (IOException e)
        {
            if (TryEnd()) await ended(this, null, e);
            return;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }

        if (TryEnd()) await ended(this, _digest.Current(), null);
    }

    async Task FailAsync(IOException failure)
    {
        await StopReadingAsync();
        await ended(this, null, failure);
    }

    async Task StopReadingAsync()
    {
        lock (_lock) _stopped = true;
        await _closing.CancelAsync();
        await _reading;
    }
}
