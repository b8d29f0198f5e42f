namespace EdgeGateway.Simulators.Transcripts;

/// <summary>Counts what passes on to the transcript behind it, if there is one.</summary>
sealed class Tally(ITranscript? behind) : ITranscript
{
    readonly long[] _counts = new long[Enum.GetValues<TranscriptEvent>().Length];

    public long this[TranscriptEvent kind] => Interlocked.Read(ref _counts[(int)kind]);

    public void Record(TranscriptEntry entry)
    {
        behind?.Record(entry);
        Interlocked.Increment(ref _counts[(int)entry.Event]);
    }
}
