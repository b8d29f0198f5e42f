using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>The analysers on one serial line, which exchange one after the other (HJ 212-2017, section 6.6).</summary>
/// <param name="devices">Each plan with its fleet's settings.</param>
sealed class AnalyserLineRun(
    string name, string path, IReadOnlyList<AnalyserOnLine> devices, ITranscript transcript, TimeProvider time, TimeSpan drain) : IDeviceRun
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
        using var end = new CancellationTokenSource();
        await using var late = stop.Register(() => end.CancelAfter(drain));
        try
        {
            foreach (var (message, settings) in InOrder())
            {
                if (!pace.Includes(message.Due)) return;
                await WaitAsync(pace.WaitUntilAsync(message.Due, stop), stop);
                await ExchangeAsync(message, settings, stop, end.Token);
                if (stop.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop while waiting.
        }
    }

    public void Dispose() => _exchange?.Dispose();

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
                exchange.Dispose();
                _exchange = null;
            }
        }

        await due;
    }

    async Task ExchangeAsync(PlannedMessage message, AnalyserOnLine settings, CancellationToken stop, CancellationToken end)
    {
        _isExchanging = true;
        try
        {
            for (var again = false; ; again = true)
            {
                try
                {
                    _exchange ??= await OpenAsync(end);
                    var (exchange, isAgain) = (_exchange, again);
                    await Task.Run(() => exchange.Run(message, isAgain, settings.AnswerTimeout, settings.Resends, end), end);
                    return;
                }
                catch (IOException exception)
                {
                    Problem = exception.Message;
                    _exchange?.Dispose();
                    _exchange = null;
                }

                await Task.Delay(ReopenAfter, time, stop);
            }
        }
        finally
        {
            _isExchanging = false;
        }
    }

    async Task<Hj212Exchange> OpenAsync(CancellationToken cancellationToken)
    {
        var line = await SerialLine.OpenAsync(path, cancellationToken);
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
    /// <summary>Answers requests; null for a device that takes none.</summary>
    public Hj212Responder? Responder { get; init; }
}
