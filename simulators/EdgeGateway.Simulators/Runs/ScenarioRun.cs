using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Runs;

/// <summary>All devices of a scenario, from its first message to its end.</summary>
sealed class ScenarioRun : IDisposable
{
    readonly Scenario _scenario;
    readonly RunOptions _options;
    readonly Tally _tally;
    readonly Tally _expecting;
    readonly TimeProvider _time;
    readonly IReadOnlyList<IDeviceRun> _runs;
    Pace _pace;

    ScenarioRun(Scenario scenario, RunOptions options, Tally tally, Tally expecting, TimeProvider time, IReadOnlyList<IDeviceRun> runs)
    {
        (_scenario, _options, _tally, _expecting, _time, _runs) = (scenario, options, tally, expecting, time, runs);
        _pace = new Pace(time, options.Duration);
    }

    /// <summary>Makes the cameras' footage and every device's plan; nothing is sent yet.</summary>
    /// <param name="transcript">Null keeps none.</param>
    /// <exception cref="RunImpossibleException">A secret or a line is missing.</exception>
    /// <exception cref="Processes.ProcessFailedException">The footage could not be made.</exception>
    public static async Task<ScenarioRun> PrepareAsync(
        Scenario scenario, RunOptions options, ITranscript? transcript, TimeProvider time, CancellationToken cancellationToken)
    {
        var tally = new Tally(transcript);
        var expecting = new Tally(tally);
        var runs = new List<IDeviceRun>();
        foreach (var fleet in scenario.Fleets.OfType<MqttFleet>())
        {
            var plans = await DevicePlans.OfAsync(fleet, new ScenarioClock(options.ClockStart), options.Seed, cancellationToken);
            runs.AddRange(plans.Select(plan => MqttRun(fleet, plan, options, fleet.Head.ExpectsRefusal ? expecting : tally, time)));
        }

        foreach (var line in scenario.Fleets.OfType<AnalyserFleet>().GroupBy(fleet => fleet.Line)) runs.Add(LineRun(line, options, tally, time));
        runs.AddRange(scenario.Fleets.OfType<ReceiverFleet>().Select(fleet => new ReceiverLineRun(
            new ReceiverPlan(fleet, new ScenarioClock(options.ClockStart), options.Seed), EndOf(fleet.Line, options), fleet.Head.Messages, tally, time)));
        return new ScenarioRun(scenario, options, tally, expecting, time, runs);
    }

    /// <summary>Returns when every device has ended, the duration is over or <paramref name="stop"/> was asked for, and what was in flight has had its time.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _pace.Dispose();
        _pace = new Pace(_time, _options.Duration);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = Task.WhenAll(_runs.Select(run => Task.Run(() => RunOneAsync(run, end), CancellationToken.None)));
        if (_options.Duration is { } duration)
        {
            // All that was due before the end is sent, a little late if need be, so that the same duration means the same bytes.
            using var over = new CancellationTokenSource(duration + _options.Drain, _time);
            await using var ending = over.Token.Register(end.Cancel);
            await running;
        }
        else
        {
            await running;
        }
    }

    async Task RunOneAsync(IDeviceRun run, CancellationTokenSource end)
    {
        try
        {
            await run.RunAsync(_pace, end.Token);
        }
        catch
        {
            // A device that fails by a bug ends the whole run, or the others would go on without end.
            await end.CancelAsync();
            throw;
        }
    }

    /// <summary>How things stand; may be asked for at any time.</summary>
    public RunSummary Summarise() => new()
    {
        Scenario = _scenario.Name,
        Seed = _options.Seed,
        Seconds = Math.Round(_pace.Elapsed.TotalSeconds, 3),
        Devices = _scenario.Devices,
        Sent = _tally[TranscriptEvent.Sent],
        Resent = _tally[TranscriptEvent.Resent],
        Damaged = _tally[TranscriptEvent.Damaged],
        Acknowledged = _tally[TranscriptEvent.Acknowledged],
        Refused = _tally[TranscriptEvent.Refused],
        RefusedAsExpected = _expecting[TranscriptEvent.Refused],
        Dropped = _tally[TranscriptEvent.Dropped],
        Withheld = _tally[TranscriptEvent.Withheld],
        InFlight = _runs.Sum(run => run.InFlight),
        Connects = _runs.Sum(run => run.Connects),
        SignInsRefused = _runs.Sum(run => run.ExpectedRefusals),
        Violations = _runs.Sum(run => run.Violations),
        Problems = [.. _runs.Select(run => (run.Name, What: run.Problem ?? run.FirstViolation)).Where(run => run.What is not null).Select(run => $"{run.Name}: {run.What}")],
    };

    public void Dispose()
    {
        _pace.Dispose();
        foreach (var run in _runs) run.Dispose();
    }

    static MqttDeviceRun MqttRun(MqttFleet fleet, IDevicePlan plan, RunOptions options, Tally tally, TimeProvider time)
    {
        string? secret = null;
        if (options.Secrets is not null && !options.Secrets.TryGetValue(plan.Device, out secret))
        {
            throw new RunImpossibleException($"the secrets file has none for '{plan.Device}': run 'edgegw-sim enrol' for this scenario");
        }

        var session = new MqttSession(
            new MqttSessionOptions
            {
                Host = options.Target.Host,
                Port = options.Target.Port,
                Version = fleet.Mqtt.Version,
                ClientId = plan.Device,
                Secret = secret,
                ExpectsRefusal = fleet.Head.ExpectsRefusal,
                Window = fleet.Mqtt.Window,
                KeepAlive = fleet.Mqtt.KeepAlive,
                ReconnectFirst = fleet.Mqtt.ReconnectFirst,
                ReconnectMaximum = fleet.Mqtt.ReconnectMaximum,
                Subscription = $"edgegw/v1/{plan.Device}/receipt/+",
            },
            tally,
            time);
        var isPaced = fleet is not PublisherFleet { Rate: 0 };
        return new MqttDeviceRun(plan, session, new ClipTransfer(session, tally, time), tally, fleet.Head.Messages, isPaced, options.Drain, time);
    }

    static AnalyserLineRun LineRun(IGrouping<string, AnalyserFleet> line, RunOptions options, Tally tally, TimeProvider time)
    {
        var devices = line.SelectMany(fleet => DevicePlans.Of(fleet, new ScenarioClock(options.ClockStart), options.Seed)
            .Select((plan, i) => new AnalyserOnLine(plan, fleet.Head.Messages, fleet.AnswerTimeout, fleet.Resends)
            {
                Responder = new Hj212Responder(fleet.MnOf(i + 1), AnalyserPlan.Password, time),
            }));
        return new AnalyserLineRun(line.Key, EndOf(line.Key, options), [.. devices], tally, time, options.Drain);
    }

    static SerialEnd EndOf(string line, RunOptions options) => options.Lines.TryGetValue(line, out var end)
        ? end
        : throw new RunImpossibleException($"the scenario has the serial line '{line}': say where it is with --line {line}=PATH, or --pty {line}=PATH");
}

/// <summary>Something that a run needs was not given.</summary>
sealed class RunImpossibleException(string message) : Exception(message);
