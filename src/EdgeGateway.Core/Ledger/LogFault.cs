namespace EdgeGateway.Ledger;

/// <summary>The first thing that is wrong with a log.</summary>
/// <param name="Path">The file below the log's prefix, e.g. <c>tile/0/003</c>, or <c>checkpoint</c>.</param>
/// <param name="EntryIndex">
/// The lowest entry that is wrong, or that the wrong tile covers; null where no entry can be told.
/// </param>
/// <param name="Sentence">What is wrong, naming the file.</param>
public sealed record LogFault(string Path, long? EntryIndex, string Sentence)
{
    public override string ToString() => Sentence;

    internal static LogFault Missing(TilePath path) => new(
        path.ToString(), path.FirstEntry, path.IsPartial ? $"{path} is missing, and so is {path.Full}." : $"{path} is missing.");
}
