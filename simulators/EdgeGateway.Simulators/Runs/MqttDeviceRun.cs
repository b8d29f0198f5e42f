using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;

namespace EdgeGateway.Simulators.Runs;

/// <summary>One device on MQTT.</summary>
/// <param name="messages">How many to send; null for no end.</param>
/// <param name="isPaced">False sends as fast as the session's window allows, whatever the plan's times are.</param>
/// <param name="drain">How long to wait, at the end, for acknowledgements.</param>
sealed class MqttDeviceRun(IDevicePlan plan, MqttSession session, ClipTransfer clips, long? messages, bool isPaced, TimeSpan drain) : IDeviceRun
{
    /// <summary>As much of what was sent as a replay may choose from.</summary>
    const int MaximumRemembered = 100;

    readonly List<Task> _transfers = [];
    readonly Queue<PlannedMessage> _sent = new();

    public string Name => plan.Device;

    public int InFlight => session.InFlight;

    public int Connects => session.Connects;

    public int Violations => session.Violations;

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
            await Task.WhenAll(_transfers);
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
                await PublishAsync(message, stop);
                if (stop.IsCancellationRequested) return;
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
        var (copies, replays) = (0, false);
        foreach (var fault in message.Faults)
        {
            if (fault.Kind == FaultKind.DuplicateStorm) copies += fault.Copies;
            else if (fault.Kind == FaultKind.Replay) replays = true;
            else if (fault.Kind != FaultKind.ClockStep) ending = fault;
        }

        if (message.Upload is not null)
        {
            // Beside the other messages, as devices do.
            _transfers.RemoveAll(transfer => transfer.IsCompletedSuccessfully);
            _transfers.Add(TransferAsync(message, ending, stop));
            return;
        }

        await session.PublishAsync(message, isCopy: false, ending, stop);
        for (var copy = 0; copy < copies; copy++) await session.PublishAsync(message, isCopy: true, null, stop);

        // The oldest that is remembered: long acknowledged, and now sent again.
        if (replays && _sent.Count > 0) await session.PublishAsync(_sent.Peek(), isCopy: true, null, stop);
        if (message.Class != Transcripts.MessageClass.Evidence) return;
        _sent.Enqueue(message);
        if (_sent.Count > MaximumRemembered) _sent.Dequeue();
    }

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
