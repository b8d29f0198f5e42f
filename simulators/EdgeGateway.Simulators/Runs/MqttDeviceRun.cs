using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>One device on MQTT.</summary>
/// <param name="messages">How many to send; null for no end.</param>
/// <param name="isPaced">False sends as fast as the session's window allows, whatever the plan's times are.</param>
/// <param name="drain">How long to wait, at the end, for acknowledgements.</param>
sealed class MqttDeviceRun(IDevicePlan plan, MqttSession session, ClipTransfer clips, ITranscript transcript, long? messages, bool isPaced, TimeSpan drain, TimeProvider time) : IDeviceRun
{
    readonly ClipDisk _disk = new();
    readonly SentMemory _memory = new();
    bool _isDecommissioned;

    public string Name => plan.Device;

    public int InFlight => session.InFlight;

    public int Connects => session.Connects;

    public int ExpectedRefusals => session.ExpectedRefusals;

    public int Violations => session.Violations;

    public string? FirstViolation => session.FirstViolation;

    public string? Problem => session.Problem;

    public async Task RunAsync(Pace pace, CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        var serving = session.RunAsync(end.Token);
        var sending = SendAsync(pace, stop);
        // A session that ends by itself has failed in a way that is a bug: awaiting it below says which.
        await Task.WhenAny(serving, sending);
        if (!serving.IsCompleted)
        {
            await sending;
            await _disk.Emptied;
            await session.DrainAsync(drain);
            await end.CancelAsync();
        }

        await serving;
    }

    public void Dispose() => session.Dispose();

    async Task SendAsync(Pace pace, CancellationToken asked)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(asked, isPaced ? CancellationToken.None : pace.Over);
        var stop = either.Token;
        try
        {
            foreach (var message in plan.Messages())
            {
                if (message.Number > messages || (isPaced && !pace.Includes(message.Due))) return;
                if (isPaced) await pace.WaitUntilAsync(message.Due, stop);
                await PublishAsync(isPaced ? message with { DueAt = pace.InstantOf(message.Due) } : message, stop);
                if (_isDecommissioned) await pace.WaitForEndAsync(stop);
                if (_isDecommissioned || stop.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop while waiting.
        }
    }

    async Task PublishAsync(PlannedMessage message, CancellationToken stop)
    {
        Fault? ending = null;
        var (copies, replays, isLast) = (0, 0, false);
        foreach (var fault in message.Faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.DuplicateStorm:
                    copies += fault.Copies;
                    break;
                case FaultKind.Replay:
                    replays++;
                    break;
                case FaultKind.FullDisk:
                    _disk.Fill();
                    break;
                case FaultKind.Decommissioned:
                    isLast = true;
                    break;
                case FaultKind.ClockStep:
                    // In the messages that the plan makes after it.
                    break;
                default:
                    ending = fault;
                    break;
            }
        }

        if (message.Upload is null) await PublishAsync(message, copies, ending, stop);
        else if (_disk.HasRoom) _disk.Add(TransferAsync(message, ending, stop));
        else transcript.Record(message.Entry(TranscriptEvent.Withheld, time.GetUtcNow()));

        for (var replay = 0; replay < replays && _memory.Oldest(session.IsAnswered) is { } old; replay++) await session.PublishAsync(old, isCopy: true, null, stop);
        if (isLast) await DecommissionAsync();
    }

    async Task PublishAsync(PlannedMessage message, int copies, Fault? ending, CancellationToken stop)
    {
        await session.PublishAsync(message, isCopy: false, ending, stop);
        for (var copy = 0; copy < copies; copy++) await session.PublishAsync(message, isCopy: true, null, stop);
        if (message is { Class: MessageClass.Evidence, Qos: > 0 }) _memory.Add(message);
    }

    async Task DecommissionAsync()
    {
        try
        {
            await _disk.Emptied.WaitAsync(drain, time);
        }
        catch (TimeoutException)
        {
            // What is not sealed by then never will be.
        }

        await session.DrainAsync(drain);
        session.Decommission();
        _isDecommissioned = true;
    }

    // Beside the other messages, as devices do.
    async Task TransferAsync(PlannedMessage media, Fault? ending, CancellationToken stop)
    {
        // What is on its way when the run ends has the time that acknowledgements have.
        using var over = new CancellationTokenSource();
        await using var late = stop.UnsafeRegister(_ => over.CancelAfter(drain), null);
        try
        {
            await clips.RunAsync(media, ending, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // It goes on in the next run of the same scenario.
        }
    }
}
