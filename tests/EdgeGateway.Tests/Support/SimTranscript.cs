using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Tests.Support;

/// <summary>Keeps what is recorded, and tells who waits for it.</summary>
sealed class SimTranscript : ITranscript
{
    readonly Lock _gate = new();
    readonly List<TranscriptEntry> _entries = [];
    readonly List<(Func<TranscriptEntry, bool> IsIt, TaskCompletionSource<TranscriptEntry> Found)> _waiting = [];

    public IReadOnlyList<TranscriptEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    public IReadOnlyList<TranscriptEvent> EventsOf(long n) => [.. Entries.Where(entry => entry.N == n).Select(entry => entry.Event)];

    public int Count(TranscriptEvent kind) => Entries.Count(entry => entry.Event == kind);

    public void Record(TranscriptEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            foreach (var (_, found) in _waiting.Where(waiting => waiting.IsIt(entry))) found.TrySetResult(entry);
        }
    }

    /// <summary>The first entry, before or after now, of which this holds.</summary>
    public Task<TranscriptEntry> WaitForAsync(Func<TranscriptEntry, bool> isIt)
    {
        lock (_gate)
        {
            if (_entries.FirstOrDefault(isIt) is { } there) return Task.FromResult(there);
            var found = new TaskCompletionSource<TranscriptEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isIt, found));
            return found.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public Task<TranscriptEntry> WaitForAsync(TranscriptEvent kind, long n) => WaitForAsync(entry => entry.Event == kind && entry.N == n);
}
