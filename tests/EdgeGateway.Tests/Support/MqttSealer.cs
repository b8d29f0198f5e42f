using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>A sealer whose outcomes the test gives, one by one; or gives at once while <see cref="SealsAtOnce"/> is set.</summary>
sealed class MqttSealer : ISealer
{
    readonly Channel<Submission> _submissions = Channel.CreateUnbounded<Submission>();
    readonly TaskCompletionSource _someoneWaits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _room = Completed();
    long _index = -1;
    int _waiting;

    public bool SealsAtOnce { get; init; } = true;

    /// <summary>Thrown where it is set, as by a ledger that has failed.</summary>
    public Exception? Fault { get; init; }

    /// <summary>How many submissions wait for room.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Ends when a submission waits for room.</summary>
    public Task SomeoneWaits => _someoneWaits.Task.WaitAsync(MqttDeadline.Token);

    public int Accepted { get; private set; }

    public static Hash Leaf(long index) => new(Enumerable.Range(0, Hash.Length).Select(i => unchecked((byte)(index + i))).ToArray());

    public static SealOutcome Sealed(long index) => new(SealStatus.Sealed, index, Leaf(index), DateTimeOffset.UnixEpoch.AddMicroseconds(index));

    /// <summary>What was handed over next.</summary>
    public async Task<Submission> NextAsync() => await _submissions.Reader.ReadAsync(MqttDeadline.Token);

    public bool TryNext(out Submission? submission) => _submissions.Reader.TryRead(out submission);

    /// <summary>From here on the queue is full.</summary>
    public void Fill() => _room = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void MakeRoom() => _room.SetResult();

    public ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken) =>
        TakeAsync(new Submission(arrival, null), cancellationToken);

    public ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken) =>
        TakeAsync(new Submission(null, refusal), cancellationToken);

    async ValueTask<Task<SealOutcome>> TakeAsync(Submission submission, CancellationToken cancellationToken)
    {
        if (Fault is { } fault) throw fault;
        Interlocked.Increment(ref _waiting);
        if (!_room.Task.IsCompleted) _someoneWaits.TrySetResult();
        try
        {
            await _room.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Accepted++;
        if (SealsAtOnce) submission.Outcome.SetResult(Sealed(Interlocked.Increment(ref _index)));
        _submissions.Writer.TryWrite(submission);
        return submission.Outcome.Task;
    }

    static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    public sealed record Submission(Arrival? Arrival, Refusal? Refusal)
    {
        public TaskCompletionSource<SealOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text => System.Text.Encoding.UTF8.GetString((Arrival?.Payload ?? Refusal!.Payload).Span);
    }
}
