using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Finds one note in the history of checkpoints. Reads a month at a time, the newest first.</summary>
static class CheckpointSearch
{
    static ReadOnlySpan<byte> Signatures => "\n\n\u2014 "u8;

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

    /// <returns>The newest note that is as wanted; null where there is none.</returns>
    public static byte[]? Newest(string history, Predicate<byte[]> wanted)
    {
        if (!Directory.Exists(history)) return null;
        foreach (var path in Directory.GetFiles(history).OrderDescending(StringComparer.Ordinal))
        {
            ReadOnlySpan<byte> month = File.ReadAllBytes(path);
            for (var end = month.Length; month[..end].LastIndexOf(Signatures) is >= 0 and var gap; end = gap)
            {
                // A note begins the file or follows an empty line, and an empty line follows its signatures.
                var length = month[(gap + 2)..].IndexOf("\n\n"u8);
                var before = month[..gap].LastIndexOf("\n\n"u8);
                var start = before < 0 ? 0 : before + 2;
                if (length >= 0 && month[start..(gap + 2 + length + 1)].ToArray() is var note && wanted(note)) return note;
            }
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
