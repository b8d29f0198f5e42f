using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Finds one note in the history of checkpoints. Reads a month at a time, the newest first.</summary>
static class CheckpointSearch
{
    /// <returns>The note, byte for byte; null if it was never on show.</returns>
    public static byte[]? Find(string history, Checkpoint checkpoint)
    {
        if (!Directory.Exists(history)) return null;

        // A note begins the file or follows an empty line, and its text ends in one.
        var text = Encoding.UTF8.GetBytes($"{checkpoint}\n");
        foreach (var path in Directory.GetFiles(history).OrderDescending(StringComparer.Ordinal))
        {
            if (FindIn(File.ReadAllBytes(path), text) is { } note) return note;
        }

        return null;
    }

    static byte[]? FindIn(ReadOnlySpan<byte> month, ReadOnlySpan<byte> text)
    {
        for (var from = 0; month[from..].IndexOf(text) is >= 0 and var found; from += found + 1)
        {
            var start = from + found;
            if (start != 0 && !month[..start].EndsWith("\n\n"u8)) continue;
            var length = month[(start + text.Length)..].IndexOf("\n\n"u8);
            if (length >= 0) return month.Slice(start, text.Length + length + 1).ToArray();
        }

        return null;
    }
}
