using EdgeGateway.Simulators.Devices;

namespace EdgeGateway.Simulators.Runs;

/// <summary>The last messages that a device sent, for replays. One thread at a time.</summary>
sealed class SentMemory
{
    const int Length = 64;

    readonly Queue<PlannedMessage> _sent = new(Length);

    public void Add(PlannedMessage message)
    {
        if (_sent.Count == Length) _sent.Dequeue();
        _sent.Enqueue(message);
    }

    /// <summary>The oldest that <paramref name="isAnswered"/>; null where there is none.</summary>
    public PlannedMessage? Oldest(Func<PlannedMessage, bool> isAnswered) => _sent.FirstOrDefault(isAnswered);
}
