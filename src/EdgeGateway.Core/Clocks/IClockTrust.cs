namespace EdgeGateway.Clocks;

/// <summary>
/// Whether the date may decide anything: what is due to be erased or reviewed, a verdict, a certificate's validity. Asked
/// each time anew. Safe for any number of threads.
/// </summary>
public interface IClockTrust
{
    bool MayDecideByDate { get; }

    /// <summary>Why not, in a sentence with the remedy; null where it may.</summary>
    string? Why { get; }
}
