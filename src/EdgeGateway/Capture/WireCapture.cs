using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Evidence;

namespace EdgeGateway.Capture;

/// <summary>
/// What the wires carry, kept in a folder for <c>profile test</c>: a serial line's bytes as they came (<c>line-NAME-HASH.bin</c>), and a
/// device's MQTT messages (<c>mqtt-DEVICE.jsonl</c>, <see cref="CapturedMessage"/>). It is no evidence and never stands in its way: a file
/// that can't be written ends, with a line in the log. Passwords that go over the wire are in it. Safe for any number of threads.
/// </summary>
sealed partial class WireCapture(string folder, ILogger<WireCapture> logger) : IDisposable
{
    /// <summary>Of one file; a recorder's hour of events and a line's month fit.</summary>
    public const long MaximumBytes = 256 << 20;

    const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly ConcurrentDictionary<string, Lazy<CaptureFile>> _files = new(StringComparer.Ordinal);

    /// <summary>Makes the folder, and says what goes into it.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public void Begin()
    {
        Directory.CreateDirectory(folder, FolderMode);
        LogBegun(folder);
    }

    public void Message(CapturedMessage message) => Append($"mqtt-{message.Device}.jsonl", message.ToLine());

    public void Line(string line, ReadOnlySpan<byte> bytes) => Append(NameOf(line), bytes);

    public void Dispose()
    {
        foreach (var file in _files.Values) file.Value.Dispose();
    }

    /// <summary>The end of its path, and enough of a digest that two lines never share a file.</summary>
    public static string NameOf(string line)
    {
        var name = string.Concat(Path.GetFileName(line).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_'));
        return $"line-{name[..Math.Min(name.Length, 100)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..8]}.bin";
    }

    void Append(string name, ReadOnlySpan<byte> bytes)
    {
        if (_files.GetOrAdd(name, file => new Lazy<CaptureFile>(() => new CaptureFile(Path.Combine(folder, file), FileMode))).Value.TryAppend(bytes) is { } end)
        {
            LogEnded(DisplayText.Of(name), end);
        }
    }

    [LoggerMessage(1901, LogLevel.Warning, "What the wires carry is written to {Folder}, passwords included: it is for profile tests, not evidence")]
    partial void LogBegun(string folder);

    [LoggerMessage(1902, LogLevel.Warning, "The capture {File} has ended: {Reason}")]
    partial void LogEnded(string file, string reason);
}

/// <summary>One file of a capture. Safe for any number of threads.</summary>
sealed class CaptureFile(string path, UnixFileMode mode) : IDisposable
{
    readonly Lock _lock = new();
    FileStream? _stream;
    bool _ended;

    /// <returns>Why nothing more goes into it, the first time that it is so; else null.</returns>
    public string? TryAppend(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_ended) return null;
            try
            {
                _stream ??= new FileStream(path, new FileStreamOptions { Mode = System.IO.FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, UnixCreateMode = mode });
                if (_stream.Length + bytes.Length > WireCapture.MaximumBytes) return End($"it holds {_stream.Length} bytes, and {WireCapture.MaximumBytes} are the most");
                _stream.Write(bytes);
                _stream.Flush();
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return End(e.Message);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock) End("");
    }

    string End(string reason)
    {
        _ended = true;
        try
        {
            _stream?.Dispose();
        }
        catch (IOException)
        {
            // Nothing waits for it: each append was flushed, and the one that failed is told.
        }

        return reason;
    }
}
