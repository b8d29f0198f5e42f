using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Runs the two that work on a ledger: the writer, which acknowledges, and the integrator behind it, on a thread of its
/// own. When one of them fails both end, nobody is left waiting, and what is on disk stays as it is until a restart.
/// </summary>
sealed class LedgerLoop(LedgerWriter writer, Integrator integrator, CheckpointWriter checkpoints, SignedCheckpoint? latest, TimeProvider time)
{
    TaskCompletionSource _more = NewSignal();
    SignedCheckpoint? _latest = latest;
    bool _writerFailed;
    string? _refusal;

    /// <summary>The checkpoint published last; null before the first.</summary>
    public SignedCheckpoint? Latest => Volatile.Read(ref _latest);

    /// <summary>Why nothing is signed any more; null while it is.</summary>
    public string? SigningRefusal => Volatile.Read(ref _refusal);

    public void RefuseSigning(string reason) => Interlocked.CompareExchange(ref _refusal, reason, null);

    /// <summary>Ends with the next entries that can be read; faults when there will be none any more.</summary>
    public Task More => Volatile.Read(ref _more).Task;

    public async Task RunAsync()
    {
        integrator.WaitsForRoom = true;
        var integrating = Task.Factory.StartNew(Integrate, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var writing = Task.Run(writer.RunAsync);
        await Task.WhenAny(writing, integrating);

        // The integrator ends by itself only when it can't go on, and then it gives no frame back.
        if (integrating.IsCompleted) writer.StopReleasing();
        writer.Drafts.TryComplete();
        await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _writerFailed, writing.IsFaulted);
        writer.WorkWriter.TryComplete();
        await integrating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        while (writer.Work.TryRead(out var work)) work.Fail(Closed());
        var more = Volatile.Read(ref _more);
        more.TrySetException(Closed());
        _ = more.Task.Exception;
        await Task.WhenAll(writing, integrating);
    }

    public static LedgerClosedException Closed() => new();

    void Integrate()
    {
        try
        {
            var work = writer.Work;
            while (work.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (work.TryRead(out var next)) Do(next);
            }

            // After a failed sync nothing more is put on a disk of which nobody knows what it holds.
            if (!Volatile.Read(ref _writerFailed) && integrator.Size > integrator.State.SignedSize) Sign();
        }
        catch (SigningRefusedException)
        {
            // Closing without a signature: all that was sealed is in the log, and stays so.
        }
        catch (StorageFullException) when (integrator.IsAbandoned)
        {
            // Closing on a full disk: all that was acknowledged is in the log, and the next start puts it in order.
        }
    }

    void Do(IntegratorWork work)
    {
        try
        {
            if (work.Frame is { } frame)
            {
                integrator.Integrate(frame);
                writer.Release(frame);
                Interlocked.Exchange(ref _more, NewSignal()).SetResult();
            }

            work.Head?.SetResult(integrator.Heads.Find(work.Subject!));
            work.Checkpoint?.SetResult(Sign());
        }
        catch (Exception e) when (work.Checkpoint is not null && e is StorageFullException or SigningRefusedException)
        {
            work.Fail(e);
        }
        catch
        {
            work.Fail(Closed());
            throw;
        }
    }

    /// <summary>The checkpoint over all entries so far: the last one where it is that already.</summary>
    SignedCheckpoint Sign()
    {
        if (SigningRefusal is { } refusal) throw new SigningRefusedException(refusal);
        if (_latest is { } latest && latest.Checkpoint.Size == integrator.Size) return latest;
        var signed = checkpoints.Sign(integrator, time.GetUtcNow());
        Volatile.Write(ref _latest, signed);
        return signed;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
