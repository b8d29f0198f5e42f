using System.Threading.Channels;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial;

/// <summary>
/// Waits for the seals of one open port in the order of its frames, and writes each answer once its frame is on disk.
/// </summary>
sealed partial class SerialAnswers(ISerialPort port, string line, SerialWireOptions options, TimeProvider time, ILogger logger)
{
    readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(options.MaximumPending) { SingleReader = true });

    /// <summary>Waits while as many are waiting as may: so the line is read no faster than it is sealed.</summary>
    public ValueTask AddAsync(PendingSeal pending, CancellationToken cancellationToken) =>
        _waiting.Writer.WriteAsync(new(pending, time.GetTimestamp()), cancellationToken);

    /// <summary>Nothing will be added any more.</summary>
    public void Complete() => _waiting.Writer.Complete();

    /// <summary>
    /// Runs until <see cref="Complete"/> was called and everything is answered or given up. After the token or a failed
    /// write nothing more is written.
    /// </summary>
    /// <param name="writeFailed">Called once if a write fails: the port is of no more use.</param>
    public async Task RunAsync(Action writeFailed, CancellationToken cancellationToken)
    {
        var usable = true;
        await foreach (var waiting in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (!usable || cancellationToken.IsCancellationRequested) continue;
            if (await OutcomeAsync(waiting, cancellationToken) is not { } outcome) continue;

            if (!outcome.IsDurable) LogNotSealed(line, waiting.Pending.Answer is not null);
            else if (waiting.Pending.Answer is { } answer) usable = await WriteAsync(answer, cancellationToken);

            if (!usable) writeFailed();
        }
    }

    // Null when the wait was over first: the seal goes on without us, and the device's next attempt finds it done.
    async Task<SealOutcome?> OutcomeAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        var left = options.SealWait - time.GetElapsedTime(waiting.Since);
        try
        {
            return await waiting.Pending.Outcome.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSealLate(line, options.SealWait);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    async Task<bool> WriteAsync(byte[] answer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.WriteWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await port.Stream.WriteAsync(answer, either.Token);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException
            || (exception is OperationCanceledException && either.IsCancellationRequested))
        {
            LogNotAnswered(line, exception.Message);
            return false;
        }
    }

    [LoggerMessage(1220, LogLevel.Error,
        "A frame from line {Line} could not be sealed and was not answered (device waits for an answer: {Waits}); see the ledger's state and free disk space")]
    partial void LogNotSealed(string line, bool waits);

    [LoggerMessage(1221, LogLevel.Warning, "A frame from line {Line} was not sealed within {Wait} and is not answered; the device sends it again")]
    partial void LogSealLate(string line, TimeSpan wait);

    [LoggerMessage(1222, LogLevel.Warning, "An answer could not be written to line {Line}: {Reason}")]
    partial void LogNotAnswered(string line, string reason);

    readonly record struct Waiting(PendingSeal Pending, long Since);
}
