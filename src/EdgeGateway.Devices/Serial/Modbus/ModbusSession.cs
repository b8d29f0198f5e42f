using System.Threading.Channels;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>One open port of a Modbus line: asks one slave after the other, and waits for each answer before the next question.</summary>
sealed partial class ModbusSession(
    ISerialPort port, ModbusIntake intake, ModbusSchedule schedule, ModbusRtuFraming framing, ModbusTiming timing, SerialWireOptions options,
    TimeProvider time, ILogger logger) : ISerialSession
{
    /// <summary>More than this is no answer, however much comes.</summary>
    const int MaximumReceivedBytes = 1024;

    // Read all the time, so that no read is ever broken off with bytes in it; full, the port's own buffer waits.
    readonly Channel<byte[]> _received = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(16) { SingleReader = true, SingleWriter = true });

    readonly SerialAnswers _seals = new(port, intake.Line, options, time, logger);
    readonly byte[] _buffer = new byte[MaximumReceivedBytes];

    public bool Heard { get; private set; }

    public bool IsAtWrongRate => false;

    public TimeSpan? Silence { get; private set; }

    /// <summary>
    /// Ends when the port fails, the device node is gone, no slave answered for longer than one of them may be silent, or
    /// <paramref name="stopping"/> is set.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var sealing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var grace = stopping.Register(() => sealing.CancelAfter(options.StopWait));
        var outcomes = _seals.RunAsync(() => { }, sealing.Token);
        var reading = PumpAsync(running);
        try
        {
            await PollAsync(running.Token, sealing.Token);
        }
        catch (Exception exception) when (exception is ChannelClosedException || (exception is OperationCanceledException && (running.IsCancellationRequested || sealing.IsCancellationRequested)))
        {
            // Stopping, or the port failed, as the log says; what was read is with the sealer.
        }
        finally
        {
            foreach (var device in stopping.IsCancellationRequested ? [] : schedule.LineLost()) intake.Lost(device);
            await running.CancelAsync();
            await reading;
            _seals.Complete();
            await outcomes;
        }
    }

    async Task PollAsync(CancellationToken running, CancellationToken sealing)
    {
        var lastAnswer = time.GetTimestamp();
        var lastLook = time.GetTimestamp();
        while (true)
        {
            if (time.GetElapsedTime(lastLook) >= options.PresenceCheck)
            {
                lastLook = time.GetTimestamp();
                if (!port.IsPresent)
                {
                    LogGone(intake.Line);
                    return;
                }
            }

            if (intake.Silence is { } allowed && time.GetElapsedTime(lastAnswer) > allowed)
            {
                Silence = allowed;
                return;
            }

            var turn = schedule.Next(intake.Devices, out var wait, out var gone);
            foreach (var device in gone) intake.Lost(device);
            if (turn is null || wait > TimeSpan.Zero)
            {
                await Task.Delay(turn is not null && wait < options.PresenceCheck ? wait : options.PresenceCheck, time, running);
                continue;
            }

            if (await AskAsync(turn.Value, running, sealing))
            {
                lastAnswer = time.GetTimestamp();
                Heard = true;
                if (!schedule.Answered(turn.Value)) continue;
                intake.Appeared(turn.Value.Device);
                LogAnswers(turn.Value.Device.Id, intake.Line);
            }
            else if (schedule.Failed(turn.Value))
            {
                intake.Lost(turn.Value.Device);
                LogDead(turn.Value.Device.Id, turn.Value.Device.Unit!.Value, intake.Line);
            }
        }
    }

    async Task<bool> AskAsync(ModbusTurn turn, CancellationToken running, CancellationToken sealing)
    {
        var request = ModbusRequest.Of(turn.Device.Unit!.Value, turn.Rule.Poll!);
        for (var attempt = 0; attempt <= (turn.IsAnswering ? framing.Retries : 0); attempt++)
        {
            await Task.Delay(timing.Pause, time, running);
            await DrainAsync(sealing);
            await WriteAsync(request, running);
            if (await AnswerAsync(turn, request, running, sealing)) return true;
        }

        return false;
    }

    async Task<bool> AnswerAsync(ModbusTurn turn, byte[] request, CancellationToken running, CancellationToken sealing)
    {
        using var late = new CancellationTokenSource(timing.AnswerWait(turn.Rule.Poll!), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, running);
        var length = 0;
        try
        {
            while (length < MaximumReceivedBytes)
            {
                var piece = await _received.Reader.ReadAsync(either.Token);
                var taken = Math.Min(piece.Length, MaximumReceivedBytes - length);
                piece.AsSpan(0, taken).CopyTo(_buffer.AsSpan(length));
                length += taken;
                if (ModbusRequest.FindAnswer(request, _buffer.AsSpan(0, length)) is not { } found) continue;

                var receivedAt = time.GetUtcNow();
                var (at, size) = found.GetOffsetAndLength(length);
                await NoiseAsync(WithoutEcho(request, _buffer.AsMemory(0, at)), receivedAt, sealing);
                if (await intake.TakeAsync(turn, [.. request, .. _buffer.AsSpan(at, size)], receivedAt, sealing) is { } pending) await _seals.AddAsync(pending, sealing);
                await NoiseAsync(_buffer.AsMemory(at + size, length - at - size), receivedAt, sealing);
                return true;
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !running.IsCancellationRequested)
        {
            // No answer, or not all of it.
        }

        var rest = WithoutEcho(request, _buffer.AsMemory(0, length));
        if (rest.Length > 0) await _seals.AddAsync(await intake.RefuseAsync(ModbusRequest.HasBeginning(request, rest.Span) ? turn.Device : null, rest.ToArray(), time.GetUtcNow(), sealing), sealing);
        return false;
    }

    /// <summary>What comes while nobody was asked, an answer that is too late too, must not be taken for the next one's.</summary>
    async ValueTask DrainAsync(CancellationToken sealing)
    {
        while (_received.Reader.TryRead(out var piece)) await NoiseAsync(piece, time.GetUtcNow(), sealing);
    }

    async ValueTask NoiseAsync(ReadOnlyMemory<byte> bytes, DateTimeOffset receivedAt, CancellationToken sealing)
    {
        if (bytes.Length > 0) await _seals.AddAsync(await intake.RefuseAsync(null, bytes.ToArray(), receivedAt, sealing), sealing);
    }

    /// <summary>Some adapters hear what they send.</summary>
    static ReadOnlyMemory<byte> WithoutEcho(byte[] request, ReadOnlyMemory<byte> received) =>
        received.Span.StartsWith(request) ? received[request.Length..] : received;

    async Task WriteAsync(byte[] request, CancellationToken running)
    {
        using var late = new CancellationTokenSource(options.WriteWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, running);
        try
        {
            await port.Stream.WriteAsync(request, either.Token);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException || (exception is OperationCanceledException && late.IsCancellationRequested && !running.IsCancellationRequested))
        {
            LogFailed(intake.Line, exception.Message);
            throw new ChannelClosedException(exception);
        }
    }

    async Task PumpAsync(CancellationTokenSource session)
    {
        var running = session.Token;
        var buffer = new byte[ModbusPoll.MaximumExchangeBytes];
        try
        {
            while (await port.Stream.ReadAsync(buffer, running) is var count and > 0)
            {
                intake.Metrics.Read(count);
                await _received.Writer.WriteAsync(buffer.AsSpan(0, count).ToArray(), running);
            }

            LogFailed(intake.Line, "the other end closed it");
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            // The session is over.
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // ObjectDisposedException is what SerialStream throws when the other end hangs up.
            LogFailed(intake.Line, exception.Message);
        }
        finally
        {
            _received.Writer.Complete();
            await session.CancelAsync();
        }
    }

    [LoggerMessage(1240, LogLevel.Information, "Device {Device} answers on line {Line}")]
    partial void LogAnswers(DeviceId device, string line);

    [LoggerMessage(1241, LogLevel.Warning,
        "Device {Device} (unit {Unit}) on line {Line} does not answer any more: it is asked ever more seldom; check its power, its address and its cable")]
    partial void LogDead(DeviceId device, int unit, string line);

    [LoggerMessage(1242, LogLevel.Warning, "Line {Line} failed: {Reason}; it is opened again")]
    partial void LogFailed(string line, string reason);

    [LoggerMessage(1243, LogLevel.Warning, "The device node of line {Line} is gone or another one; it is opened again")]
    partial void LogGone(string line);
}
