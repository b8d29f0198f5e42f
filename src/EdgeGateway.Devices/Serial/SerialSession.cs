using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial;

/// <summary>One open port of a line whose devices send by themselves: every byte of it is told what it is, sealed and answered.</summary>
/// <param name="rateWait">How long bytes may come without a whole frame before the rate counts as wrong; null where it is known.</param>
sealed partial class SerialSession(
    ISerialPort port, SerialIntake intake, SerialWireOptions options, TimeSpan? rateWait, TimeProvider time, ILogger logger) : ISerialSession
{
    const long Nothing = long.MinValue;

    readonly ISerialFramer _framer = intake.CreateFramer();

    // Since when a read has been waiting; nothing while what came is handed over, which may take as long as the sealer does.
    long _quietSince = Nothing;

    // When the first byte came that no whole frame has followed.
    long _unframed = Nothing;

    public bool Heard { get; private set; }

    public bool IsAtWrongRate { get; private set; }

    public TimeSpan? Silence { get; private set; }

    /// <summary>
    /// Ends when the port fails, the device node is gone, nothing came for longer than a device of the line may be silent, or
    /// <paramref name="stopping"/> is set. In the last case frames already read are still sealed and answered, for at most
    /// <see cref="SerialWireOptions.StopWait"/>; in the others their seals go on, unanswered.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var sealing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var answering = CancellationTokenSource.CreateLinkedTokenSource(sealing.Token);
        await using var grace = stopping.Register(() => sealing.CancelAfter(options.StopWait));

        var answers = new SerialAnswers(port, intake.Line, options, time, logger);
        var answered = answers.RunAsync(reading.Cancel, answering.Token);
        var watched = WatchAsync(reading);
        var asked = intake.Requests.RunAsync(answers, reading.Token);
        try
        {
            await ReadAsync(answers, reading.Token, sealing.Token);
        }
        finally
        {
            // A dead port must not be written to: its driver may then never let go of it.
            if (!stopping.IsCancellationRequested) await answering.CancelAsync();
            await reading.CancelAsync();
            await asked;
            answers.Complete();
            await answered;
            await watched;
        }
    }

    async Task ReadAsync(SerialAnswers answers, CancellationToken reading, CancellationToken sealing)
    {
        var buffer = new byte[SerialFramers.MaximumFeedBytes];
        try
        {
            while (await ReadSomeAsync(buffer, reading) is var count and > 0)
            {
                Heard = true;
                intake.Metrics.Read(count);
                if (Volatile.Read(ref _unframed) == Nothing) Volatile.Write(ref _unframed, time.GetTimestamp());
                _framer.Feed(buffer.AsSpan(0, count));
                while (_framer.TryRead(out var chunk)) await HandOverAsync(chunk, answers, sealing);
            }

            while (_framer.TryFlush(out var chunk)) await HandOverAsync(chunk, answers, sealing);
        }
        catch (OperationCanceledException) when (sealing.IsCancellationRequested)
        {
            LogCutShort(intake.Line, options.StopWait);
        }
    }

    /// <returns>How many bytes, or 0 when there will be no more.</returns>
    async ValueTask<int> ReadSomeAsync(byte[] buffer, CancellationToken reading)
    {
        try
        {
            Volatile.Write(ref _quietSince, time.GetTimestamp());
            var count = await port.Stream.ReadAsync(buffer, reading);
            if (count == 0) LogFailed(intake.Line, "the other end closed it");
            return count;
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // ObjectDisposedException is what SerialStream throws when the other end hangs up.
            LogFailed(intake.Line, exception.Message);
            return 0;
        }
        finally
        {
            Volatile.Write(ref _quietSince, Nothing);
        }
    }

    async ValueTask HandOverAsync(SerialChunk chunk, SerialAnswers answers, CancellationToken sealing)
    {
        if (chunk.Kind == SerialChunkKind.Frame) Volatile.Write(ref _unframed, Nothing);
        var pending = await intake.TakeAsync(chunk, time.GetUtcNow(), sealing);
        await answers.AddAsync(pending, sealing);
        intake.Requests.Heard(chunk.Bytes, pending.Outcome);
    }

    // An adapter pulled out may leave a read waiting for ever (dotnet/runtime#121627), so its node is looked at; and where it came
    // back under its name between two looks, only the silence is left to tell.
    async Task WatchAsync(CancellationTokenSource reading)
    {
        using var timer = new PeriodicTimer(options.PresenceCheck, time);
        try
        {
            while (await timer.WaitForNextTickAsync(reading.Token))
            {
                if (!port.IsPresent)
                {
                    LogGone(intake.Line);
                    await reading.CancelAsync();
                    return;
                }

                // Silence is no sign of a wrong rate, nor is a frame that is just coming in after it; bytes that become none are.
                if (rateWait is { } allowance && Volatile.Read(ref _unframed) is var since and not Nothing && time.GetElapsedTime(since) > allowance)
                {
                    IsAtWrongRate = true;
                    await reading.CancelAsync();
                    return;
                }

                if (intake.Silence is { } allowed && Volatile.Read(ref _quietSince) is var quiet and not Nothing && time.GetElapsedTime(quiet) > allowed)
                {
                    Silence = allowed;
                    await reading.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (reading.IsCancellationRequested)
        {
            // The session is over.
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "Line {Line} failed: {Reason}; it is opened again")]
    partial void LogFailed(string line, string reason);

    [LoggerMessage(1211, LogLevel.Warning, "The device node of line {Line} is gone or another one; it is opened again")]
    partial void LogGone(string line);

    [LoggerMessage(1213, LogLevel.Warning, "Line {Line} was closed with frames that could not be handed to the sealer within {Wait}; none of them was answered")]
    partial void LogCutShort(string line, TimeSpan wait);
}
