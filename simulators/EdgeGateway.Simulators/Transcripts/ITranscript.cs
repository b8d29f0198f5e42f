namespace EdgeGateway.Simulators.Transcripts;

/// <summary>Where devices write down what they did. Safe for any number of threads.</summary>
interface ITranscript
{
    /// <summary>Returns once the line is with the operating system: it survives the end of this process.</summary>
    void Record(TranscriptEntry entry);
}
