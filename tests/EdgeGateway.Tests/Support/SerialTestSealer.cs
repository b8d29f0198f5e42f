using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;

namespace EdgeGateway.Tests.Support;

/// <summary>A sealer whose disk is the test: nothing is sealed before the test says so.</summary>
sealed class SerialTestSealer : ISealer, ITelemetry, IRequestSealer, IClockTrust
{
    readonly Channel<Submitted> _submitted = Channel.CreateUnbounded<Submitted>();
    readonly Channel<Arrival> _observed = Channel.CreateUnbounded<Arrival>();
    readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();
    int _count;

    /// <summary>What the gateway's clock is told.</summary>
    public HeardTimes Gnss { get; } = new();

    /// <summary>While set, submissions wait as they do for a full queue.</summary>
    public TaskCompletionSource? Full { get; set; }

    /// <summary>Thrown at the next submission: a bug, not an outcome.</summary>
    public Exception? Bug { get; set; }

    public int Count => Volatile.Read(ref _count);

    public ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken) =>
        AcceptAsync(new(arrival, null), cancellationToken);

    public ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken) =>
        AcceptAsync(new(null, refusal), cancellationToken);

    /// <summary>Why the clock is not to be trusted; null while it is.</summary>
    public string? Why { get; set; }

    public bool MayDecideByDate => Why is null;

    public ValueTask<Task<SealOutcome>> RequestAsync(DeviceRequest request, CancellationToken cancellationToken) =>
        AcceptAsync(new(null, null) { Request = request }, cancellationToken);

    public ValueTask<Task<SealOutcome>> TimeNotSetAsync(Device device, CancellationToken cancellationToken) =>
        AcceptAsync(new(null, null) { TimeNotSet = device }, cancellationToken);

    public void Observe(Arrival arrival) => _observed.Writer.TryWrite(arrival);

    /// <summary>Ends when a submission met the full queue.</summary>
    public async Task AskedAsync() => await _asked.Reader.ReadAsync(SerialDeadline.Token);

    public async Task<Submitted> NextAsync() => await _submitted.Reader.ReadAsync(SerialDeadline.Token);

    public async Task<Arrival> ObservedAsync() => await _observed.Reader.ReadAsync(SerialDeadline.Token);

    public bool HasMore => _submitted.Reader.TryPeek(out _);

    async ValueTask<Task<SealOutcome>> AcceptAsync(Submitted submitted, CancellationToken cancellationToken)
    {
        if (Bug is { } bug) throw bug;
        if (Full is { } full)
        {
            _asked.Writer.TryWrite(true);
            await full.Task.WaitAsync(cancellationToken);
        }

        Interlocked.Increment(ref _count);
        _submitted.Writer.TryWrite(submitted);
        return submitted.Outcome.Task;
    }

    public sealed class HeardTimes : IGnssTime
    {
        readonly System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset?> _all = new();

        /// <summary>In their order; null where there was no fix.</summary>
        public IReadOnlyCollection<DateTimeOffset?> All => _all;

        public void Heard(string line, DateTimeOffset time, DateTimeOffset receivedAt) => _all.Enqueue(time);

        public void NoFix(string line) => _all.Enqueue(null);
    }

    public sealed record Submitted(Arrival? Arrival, Refusal? Refusal)
    {
        public DeviceRequest? Request { get; init; }

        public Device? TimeNotSet { get; init; }

        public TaskCompletionSource<SealOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete(SealStatus status) => Outcome.SetResult(new(status, 7, default, default));
    }
}
