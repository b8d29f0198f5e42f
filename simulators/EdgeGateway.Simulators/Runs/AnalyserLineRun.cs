using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>The analysers on one serial line, which exchange one after the other (HJ 212-2017, section 6.6).</summary>
/// <param name="devices">Each plan with its fleet's settings.</param>
sealed class AnalyserLineRun(
    string name, SerialEnd end, IReadOnlyList<AnalyserOnLine> devices, ITranscript transcript, TimeProvider time, TimeSpan drain) : IDeviceRun
{
    static readonly TimeSpan ReopenAfter = TimeSpan.FromSeconds(1);

    Hj212Exchange? _exchange;
    volatile bool _isExchanging;

    public string Name => name;

    public int InFlight => _isExchanging ? 1 : 0;

    public int Connects { get; private set; }

    public int Violations => 0;

    public string? Problem { get; private set; } = "not opened yet";

    public async Task RunAsync(Pace pace, CancellationToken stop)
    {
        // The exchange that is on when the stop comes may still end well.
        using var late = new CancellationTokenSource();
        await using var stopping = stop.Register(() => late.CancelAfter(drain));
        try
        {
            foreach (var (message, settings) in InOrder())
            {
                if (!pace.Includes(message.Due)) return;
                await WaitAsync(pace.WaitUntilAsync(message.Due, stop), stop);
                await SendAsync(message with { DueAt = pace.InstantOf(message.Due) }, settings, stop, late.Token);
                if (stop.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop while waiting.
        }
    }

    public void Dispose() => Close();

    /// <summary>The message, with what its faults do before and after it.</summary>
    async Task SendAsync(PlannedMessage message, AnalyserOnLine settings, CancellationToken stop, CancellationToken late)
    {
        foreach (var unplugged in message.Faults.Where(fault => fault.Kind == FaultKind.Unplug))
        {
            Close();
            Problem = "unplugged";
            await Task.Delay(unplugged.Pause, time, stop);
        }

        if (await ExchangeAsync(message, settings, again: false, stop, late)) settings.Memory.Add(message);
        foreach (var _ in message.Faults.Where(fault => fault.Kind == FaultKind.Replay))
        {
            if (settings.Memory.Oldest(_ => true) is { } old) await ExchangeAsync(old, settings, again: true, stop, late);
        }
    }

    /// <summary>Until the next message is due the line is listened to: a request may come.</summary>
    async Task WaitAsync(Task due, CancellationToken stop)
    {
        while (!due.IsCompleted && _exchange is { } exchange)
        {
            try
            {
                await Task.Run(exchange.Listen, stop);
            }
            catch (IOException exception)
            {
                Problem = exception.Message;
                Close();
            }
        }

        await due;
    }

    /// <returns>Whether it was answered.</returns>
    async Task<bool> ExchangeAsync(PlannedMessage message, AnalyserOnLine settings, bool again, CancellationToken stop, CancellationToken late)
    {
        _isExchanging = true;
        try
        {
            for (; ; again = true)
            {
                try
                {
                    _exchange ??= await OpenAsync(late);
                    var (exchange, isAgain) = (_exchange, again);
                    return await Task.Run(() => exchange.Run(message, isAgain, settings.AnswerTimeout, settings.Resends, late), late);
                }
                catch (IOException exception)
                {
                    Problem = exception.Message;
                    Close();
                }

                await Task.Delay(ReopenAfter, time, stop);
            }
        }
        finally
        {
            _isExchanging = false;
        }
    }

    void Close()
    {
        _exchange?.Dispose();
        _exchange = null;
    }

    async Task<Hj212Exchange> OpenAsync(CancellationToken cancellationToken)
    {
        var line = await end.OpenAsync(cancellationToken);
        Connects++;
        Problem = null;
        return new Hj212Exchange(line, [.. devices.Select(device => device.Responder).OfType<Hj212Responder>()], transcript, time);
    }

    /// <summary>All devices' messages by due time.</summary>
    IEnumerable<(PlannedMessage Message, AnalyserOnLine Settings)> InOrder()
    {
        var queue = new PriorityQueue<(IEnumerator<PlannedMessage> Plan, AnalyserOnLine Settings), (TimeSpan, int)>();
        var place = 0;
        foreach (var device in devices) Enqueue(device.Plan.Messages().GetEnumerator(), device, place++);
        while (queue.TryDequeue(out var next, out var priority))
        {
            yield return (next.Plan.Current, next.Settings);
            Enqueue(next.Plan, next.Settings, priority.Item2);
        }

        void Enqueue(IEnumerator<PlannedMessage> plan, AnalyserOnLine settings, int at)
        {
            if (plan.MoveNext() && !(plan.Current.Number > settings.Messages)) queue.Enqueue((plan, settings), (plan.Current.Due, at));
            else plan.Dispose();
        }
    }
}

/// <summary>One analyser of a line: what it sends and how long it waits for its answers.</summary>
/// <param name="Messages">How many to send; null for no end.</param>
sealed record AnalyserOnLine(IDevicePlan Plan, long? Messages, TimeSpan AnswerTimeout, int Resends)
{
    /// <summary>Of what was answered.</summary>
    public SentMemory Memory { get; } = new();

    /// <summary>Answers requests; null for a device that takes none.</summary>
    public Hj212Responder? Responder { get; init; }
}
