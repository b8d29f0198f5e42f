using System.Globalization;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Every checkpoint that was shown, <c>ledger/checkpoints/YYYY-MM</c>: a file a month (UTC), each note followed by an empty
/// line. Only ever appended to.
/// </summary>
sealed class CheckpointHistory(string directory)
{
    /// <summary>More than a note of one signature can have.</summary>
    const int TailBytes = 8192;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    static ReadOnlySpan<byte> SignatureLine => "\u2014 "u8;

    /// <summary>Adds a note unless it is the last one already; durable on return.</summary>
    public void Append(ReadOnlySpan<byte> note, DateTimeOffset now)
    {
        DurableDirectory.Create(directory);
        var path = Path.Combine(directory, now.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        if (EndsWith(path, note) || Newest() is { } newest && EndsWith(newest, note)) return;
        using var parent = DurableDirectory.Open(directory);
        using var file = File.Exists(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite) : DurableFile.Create(path, Mode);
        var end = EndOfLastNote(Tail(file, out var start), start);
        DurableFile.Write(file, [.. note, (byte)'\n'], end);
        RandomAccess.SetLength(file, end + note.Length + 1);
        DurableFile.Sync(file);
        parent.Sync();
    }

    /// <summary>The newest month on disk; the present one may be earlier, where the clock was set back.</summary>
    string? Newest() => Directory.GetFiles(directory).Max(StringComparer.Ordinal);

    static bool EndsWith(string path, ReadOnlySpan<byte> note)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenHandle(path);
        var tail = Tail(file, out _);
        return tail.Length > note.Length && tail[^1] == '\n' && tail[..^1].EndsWith(note);
    }

    static ReadOnlySpan<byte> Tail(SafeFileHandle file, out long start)
    {
        var length = RandomAccess.GetLength(file);
        var tail = new byte[(int)Math.Min(length, TailBytes)];
        start = length - tail.Length;
        return tail.AsSpan(0, RandomAccess.Read(file, tail, start));
    }

    /// <summary>A power cut may have left part of a note; the next one takes its place.</summary>
    static long EndOfLastNote(ReadOnlySpan<byte> tail, long start)
    {
        for (var end = tail.Length; end > 0;)
        {
            // A note is whole where an empty line follows a signature line; the empty line within a note follows the root.
            var gap = tail[..end].LastIndexOf("\n\n"u8);
            if (gap < 0) break;
            var line = tail[..gap].LastIndexOf((byte)'\n') + 1;
            if (tail[line..gap].StartsWith(SignatureLine)) return start + gap + 2;
            end = gap + 1;
        }

        // Without any note in sight nothing that stands there may be lost.
        return start == 0 ? 0 : start + tail.Length;
    }
}
