using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>A device that writes to its serial line and takes no answers. What a line that is gone does not carry is lost.</summary>
/// <param name="messages">How many to send; null for no end.</param>
sealed class ReceiverLineRun(IDevicePlan plan, SerialEnd end, long? messages, ITranscript transcript, TimeProvider time) : IDeviceRun
{
    static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2);

    SerialLine? _line;
    TimeSpan _unpluggedUntil;

    public string Name => plan.Device;

    public int InFlight => 0;

    public int Connects { get; private set; }

    public int Violations => 0;

    public string? Problem { get; private set; } = "not opened yet";

    public async Task RunAsync(Pace pace, CancellationToken stop)
    {
        try
        {
            foreach (var message in plan.Messages())
            {
                if (message.Number > messages || !pace.Includes(message.Due)) return;
                await pace.WaitUntilAsync(message.Due, stop);
                foreach (var unplugged in message.Faults.Where(fault => fault.Kind == FaultKind.Unplug))
                {
                    Close("unplugged");
                    _unpluggedUntil = message.Due + unplugged.Pause;
                }

                // Without power it makes nothing.
                if (message.Due < _unpluggedUntil || await TryWriteAsync(message, stop)) continue;
                transcript.Record(message.Entry(TranscriptEvent.Dropped, time.GetUtcNow()));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop while waiting.
        }
    }

    public void Dispose() => _line?.Dispose();

    async Task<bool> TryWriteAsync(PlannedMessage message, CancellationToken stop)
    {
        try
        {
            if (_line is null)
            {
                _line = await end.OpenAsync(stop);
                Connects++;
                Problem = null;
            }

            Write(message, _line);
            return true;
        }
        catch (IOException exception)
        {
            Close(exception.Message);
            return false;
        }
    }

    void Write(PlannedMessage message, SerialLine line)
    {
        var bytes = message.Payload.ToArray();
        FaultKind? damage = null;
        var copies = 1;
        foreach (var fault in message.Faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.BitFlip:
                    bytes[fault.Bit / 8] ^= (byte)(1 << (fault.Bit % 8));
                    damage = fault.Kind;
                    break;
                case FaultKind.HalfFrame:
                    bytes = bytes[..(message.Payload.Length / 2)];
                    damage = fault.Kind;
                    break;
                case FaultKind.DuplicateStorm:
                    copies += fault.Copies;
                    break;
                default:
                    break;
            }

            if (damage is not null) break;
        }

        for (var copy = 0; copy < copies; copy++)
        {
            var at = time.GetUtcNow();
            transcript.Record(damage is { } kind ? message.Damaged(bytes, kind, at) : message.Entry(copy == 0 ? TranscriptEvent.Sent : TranscriptEvent.Resent, at));
            line.Write(bytes, WriteTimeout);
        }
    }

    void Close(string why)
    {
        Problem = why;
        _line?.Dispose();
        _line = null;
    }
}
