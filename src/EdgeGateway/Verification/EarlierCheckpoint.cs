using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Verification;

/// <summary>A checkpoint kept elsewhere, as a file: what it says of itself, not yet believed.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Claimed">What it says; <see cref="CheckSignature"/> tells whether a key signed that.</param>
/// <param name="Note">The file's bytes.</param>
sealed record EarlierCheckpoint(string File, Checkpoint Claimed, ReadOnlyMemory<byte> Note)
{
    /// <exception cref="GatewayException">It is no checkpoint: wrong usage; names the file.</exception>
    public static EarlierCheckpoint Read(string file)
    {
        // The first byte too many is enough for the note to be refused.
        using var stream = System.IO.File.OpenRead(file);
        var bytes = new byte[SignedNote.MaximumBytes + 1];
        var note = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        return SignedNote.TryParse(note, out var parsed, out var error) && Checkpoint.TryParse(parsed.Text, out var checkpoint, out error)
            ? new EarlierCheckpoint(file, checkpoint, note)
            : throw Failure.Usage("usage.value", "--against", DisplayText.Of(file), Said.Of("verify.no-checkpoint", error));
    }

    /// <summary>Whether one of the log's keys signed it.</summary>
    public LogFault? CheckSignature(IReadOnlyList<VerifierKey> keys)
    {
        string? error = null;
        return keys.Any(key => Checkpoint.TryOpen(Note.Span, key, null, out _, out error))
            ? null
            : new LogFault(File, null, Said.Of("verify.against-unsigned", DisplayText.Of(File), Claimed.Origin, error));
    }

    /// <param name="origins">Of the logs that there are.</param>
    public LogFault OfAnother(IEnumerable<string> origins) => new(
        File, null, Said.Of("verify.against-other", DisplayText.Of(File), DisplayText.Of(Claimed.Origin), string.Join(Said.Of("comma"), origins)));
}
