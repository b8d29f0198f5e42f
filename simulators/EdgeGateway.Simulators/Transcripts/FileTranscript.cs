using System.Text.Json;

namespace EdgeGateway.Simulators.Transcripts;

/// <summary>A transcript as JSON lines, one write to the file for each line.</summary>
sealed class FileTranscript : ITranscript, IDisposable
{
    readonly Lock _gate = new();
    readonly FileStream _file;

    FileTranscript(FileStream file) => _file = file;

    /// <summary>Appends to the file, or makes it.</summary>
    public static FileTranscript Open(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));

    public void Record(TranscriptEntry entry)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, TranscriptJson.Default.TranscriptEntry);
        Array.Resize(ref line, line.Length + 1);
        line[^1] = (byte)'\n';
        lock (_gate) _file.Write(line);
    }

    public void Dispose() => _file.Dispose();
}
