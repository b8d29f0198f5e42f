using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// The exchanges that the gateway begins on one line (HJ 212-2017 section 6.6.1): request, 9011, data, 9012. One at a time,
/// whichever instrument of the line it is with. A request without a 9011 is sent again; one that was accepted is not.
/// </summary>
sealed partial class Hj212Exchanges(
    string line, IRequestSealer sealer, IClockTrust trust, SerialWireOptions options, TimeProvider time, ILogger logger)
{
    const int MaximumHeard = 64;

    // Holds one token while the line is free for an exchange.
    readonly Channel<bool> _turn = Free();
    readonly Lock _lock = new();
    // By device: there are as many as are registered.
    readonly Dictionary<DeviceId, Hj212Peer> _peers = [];
    SerialAnswers? _answers;
    Exchange? _current;
    DateTimeOffset _lastNumber;

    /// <summary>From now on requests leave through this port; null when it is closed.</summary>
    public void Use(SerialAnswers? answers)
    {
        lock (_lock) _answers = answers;
    }

    /// <summary>Takes note of a frame of a registered instrument, with its seal on the way.</summary>
    public void Heard(Device device, Hj212Frame frame, Task<SealOutcome> sealing)
    {
        lock (_lock)
        {
            if (Hj212Peer.Of(frame) is { } peer) _peers[device.Id] = peer;
            if (_current is { } current && current.Device == device.Id && current.Number == frame.RequestNumber && current.Concerns(frame))
            {
                current.Heard.Writer.TryWrite((frame, sealing));
            }
        }
    }

    /// <summary>Waits for its turn, then for as long as all attempts may take.</summary>
    public async Task<Hj212Answer> AskAsync(Device device, Hj212Request request, Asker asker, CancellationToken cancellationToken)
    {
        await _turn.Reader.ReadAsync(cancellationToken);
        try
        {
            Hj212Peer? peer;
            lock (_lock)
            {
                if (_answers is null) return new(Hj212RequestState.LineClosed);
                if (!_peers.TryGetValue(device.Id, out peer)) return new(Hj212RequestState.NotHeard);
                // Two exchanges of one millisecond would have the same number.
                var now = time.GetUtcNow();
                _lastNumber = now > _lastNumber ? now : _lastNumber.AddMilliseconds(1);
                _current = new Exchange(device.Id, Hj212Request.NumberAt(_lastNumber), request.Command);
            }

            var answer = await RunAsync(_current, device, peer, request, asker, cancellationToken);
            LogEnded(device.Id, request.Command, answer.State, answer.Attempts);
            return answer;
        }
        finally
        {
            lock (_lock) _current = null;
            _turn.Writer.TryWrite(true);
        }
    }

    async Task<Hj212Answer> RunAsync(
        Exchange exchange, Device device, Hj212Peer peer, Hj212Request request, Asker asker, CancellationToken cancellationToken)
    {
        var answer = new Hj212Answer(Hj212RequestState.NoAnswer) { Number = exchange.Number };
        for (var attempt = 1; attempt <= 1 + options.Resends; attempt++)
        {
            // Looked at each time: the clock may be lost while an instrument is silent.
            if (request.SetsTime && !trust.MayDecideByDate) return answer with { State = Hj212RequestState.ClockNotTrusted };
            var frame = request.Encode(exchange.Number, device.Mn ?? "", peer, time.GetUtcNow());
            var sealing = await sealer.RequestAsync(
                new DeviceRequest { Device = device, Command = request.Command, Attempt = attempt, Bytes = frame, Address = line, Asker = asker },
                cancellationToken);
            if (!await SendAsync(sealing, frame, cancellationToken)) return answer with { State = Hj212RequestState.LineClosed };
            var outcome = await sealing.WaitAsync(cancellationToken);
            if (!outcome.IsDurable) return answer with { State = Hj212RequestState.NotSealed };

            answer = answer with { Attempts = attempt, Entries = [.. answer.Entries, outcome.Index] };
            if (await ListenAsync(exchange, answer, cancellationToken) is { } ended) return ended;
        }

        return answer;
    }

    // Through the same queue as the answers: one writer to the line, and nothing leaves before its seal.
    async Task<bool> SendAsync(Task<SealOutcome> sealing, byte[] frame, CancellationToken cancellationToken)
    {
        SerialAnswers? answers;
        lock (_lock) answers = _answers;
        try
        {
            if (answers is null) return false;
            await answers.AddAsync(new PendingSeal(sealing, frame), cancellationToken);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <returns>Null where nothing came at all: then it is sent again.</returns>
    async Task<Hj212Answer?> ListenAsync(Exchange exchange, Hj212Answer answer, CancellationToken cancellationToken)
    {
        var accepted = false;
        using var late = new CancellationTokenSource(options.AnswerWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (true)
            {
                var (frame, sealing) = await exchange.Heard.Reader.ReadAsync(either.Token);
                var outcome = await sealing.WaitAsync(either.Token);
                if (outcome.Index >= 0) answer = answer with { Entries = [.. answer.Entries, outcome.Index] };
                if (!accepted) late.CancelAfter(options.ResultWait);
                accepted = true;
                switch (frame.Command)
                {
                    case "9011":
                        answer = answer with { RequestReturn = frame.Parameter("QnRtn") };
                        if (answer.RequestReturn != "1") return answer with { State = Hj212RequestState.Refused };
                        break;
                    case "9012":
                        answer = answer with { ExecutionReturn = frame.Parameter("ExeRtn") };
                        return answer with { State = answer.ExecutionReturn == "1" ? Hj212RequestState.Done : Hj212RequestState.Failed };
                    default:
                        answer = answer with { Values = [.. answer.Values, .. frame.Parameters] };
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return accepted ? answer with { State = Hj212RequestState.NoResult } : null;
        }
    }

    static Channel<bool> Free()
    {
        var turn = Channel.CreateBounded<bool>(1);
        turn.Writer.TryWrite(true);
        return turn;
    }

    [LoggerMessage(1230, LogLevel.Information, "Request {Command} to device {Device} ended: {State} after {Attempts} attempts")]
    partial void LogEnded(DeviceId device, string command, Hj212RequestState state, int attempts);

    sealed record Exchange(DeviceId Device, string Number, string Command)
    {
        // What does not fit is sealed all the same; only this exchange does not see it.
        public Channel<(Hj212Frame Frame, Task<SealOutcome> Sealing)> Heard { get; } =
            Channel.CreateBounded<(Hj212Frame, Task<SealOutcome>)>(new BoundedChannelOptions(MaximumHeard) { FullMode = BoundedChannelFullMode.DropWrite });

        public bool Concerns(Hj212Frame frame) => frame.Command is "9011" or "9012" || frame.Command == Command;
    }
}
