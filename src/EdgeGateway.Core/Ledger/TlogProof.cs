using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// A <c>.tlog-proof</c>: that an entry is in a log, for anyone offline with the log's key (C2SP tlog-proof v1). Holds the
/// index, the inclusion path, and the signed checkpoint verbatim; not the entry. Immutable.
/// </summary>
public sealed class TlogProof
{
    /// <summary>A file beyond this is refused unread: a note, and room for the rest.</summary>
    public const int MaximumBytes = 2 * SignedNote.MaximumBytes;

    /// <summary>No tree below 2⁶³ entries has a longer path.</summary>
    public const int MaximumHashes = 63;

    const string Header = "c2sp.org/tlog-proof@v1";
    const string ExtraPrefix = "extra ";
    const string IndexPrefix = "index ";

    readonly Hash[] _path;

    TlogProof(ReadOnlyMemory<byte>? extra, long index, Hash[] path, SignedNote note, Checkpoint checkpoint)
    {
        Extra = extra;
        Index = index;
        _path = path;
        Note = note;
        Checkpoint = checkpoint;
    }

    /// <summary>Bytes that nothing authenticates; null where there are none.</summary>
    public ReadOnlyMemory<byte>? Extra { get; }

    public long Index { get; }

    public ReadOnlySpan<Hash> Path => _path;

    /// <summary>The signed checkpoint, with any cosignatures.</summary>
    public SignedNote Note { get; }

    /// <summary>What the note says; to be believed once the verdict is good.</summary>
    public Checkpoint Checkpoint { get; }

    /// <param name="note">A signed checkpoint.</param>
    /// <param name="extra">Empty for none.</param>
    /// <exception cref="FormatException">The note's text is no checkpoint.</exception>
    /// <exception cref="ArgumentException">The index is negative or the path too long.</exception>
    public static TlogProof Create(long index, ReadOnlySpan<Hash> path, SignedNote note, ReadOnlySpan<byte> extra = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (path.Length > MaximumHashes) throw new ArgumentException($"A path has at most {MaximumHashes} hashes.", nameof(path));
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out var error)) throw new FormatException(error);
        return new TlogProof(extra.IsEmpty ? (ReadOnlyMemory<byte>?)null : extra.ToArray(), index, path.ToArray(), note, checkpoint);
    }

    /// <summary>Reads a proof; everything that <see cref="Encode"/> would not write again byte for byte is refused.</summary>
    /// <param name="error">What is wrong with it, in a sentence.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out TlogProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        error = Read(file, ref proof);
        return error is null;
    }

    /// <summary>The file's UTF-8: exactly what was parsed, where it was.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is { } extra) text.Append(ExtraPrefix).Append(Convert.ToBase64String(extra.Span)).Append('\n');
        text.Append(IndexPrefix).Append(CultureInfo.InvariantCulture, $"{Index}").Append('\n');
        foreach (var hash in _path) text.Append(CanonicalText.Base64(hash)).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    /// <summary>
    /// Whether the entry with this leaf hash is at <see cref="Index"/> of the log that the key signs for. Cosignatures of
    /// the witnesses given are checked too, and a wrong one refuses the proof; how many are wanted is the caller's to say.
    /// </summary>
    /// <param name="leafHash">SHA-256(0x00 ‖ entry), computed from the entry and never taken from the proof.</param>
    /// <param name="origin">The log's name where it is known; null takes any that the key signed.</param>
    public ProofVerdict Verify(
        Hash leafHash, VerifierKey logKey, string? origin = null, IReadOnlyCollection<VerifierKey>? witnesses = null)
    {
        if (!Note.TryVerify([logKey, .. witnesses ?? []], out var signatures, out var error))
            return ProofVerdict.Refused(ProofStep.Signature, $"The checkpoint is not to be believed. {error}");
        if (!signatures.Any(signature => signature.Key.Equals(logKey)))
            return ProofVerdict.Refused(ProofStep.Signature, $"The checkpoint has no signature of the log's key {logKey.Name}+{logKey.KeyId:x8}.");
        if (origin is not null && origin != Checkpoint.Origin)
            return ProofVerdict.Refused(ProofStep.Origin, $"The checkpoint is of the log {Checkpoint.Origin}, not of {origin}.");
        if (Index >= Checkpoint.Size)
            return ProofVerdict.Refused(ProofStep.Index, $"The index {Index} is out of range: the checkpoint has {Checkpoint.Size} entries.");
        if (Merkle.InclusionLength(Index, Checkpoint.Size) is var length && length != _path.Length)
            return ProofVerdict.Refused(
                ProofStep.Path, $"The path has {_path.Length} hashes; entry {Index} of {Checkpoint.Size} needs {length}.");
        if (!Merkle.VerifyInclusion(Index, Checkpoint.Size, leafHash, _path, Checkpoint.Root))
            return ProofVerdict.Refused(
                ProofStep.Path, $"The path is wrong: it does not lead from leaf {leafHash} at index {Index} to the checkpoint's root.");
        return ProofVerdict.Good($"The entry is number {Index} of the {Checkpoint.Size} of {Checkpoint.Origin}.", signatures);
    }

    static string? Read(ReadOnlySpan<byte> file, ref TlogProof? proof)
    {
        if (file.Length > MaximumBytes) return $"The proof has {file.Length} bytes; at most {MaximumBytes} are read.";

        // No line of the proof's own part is empty, so the first empty line is the one before the checkpoint.
        var split = file.IndexOf("\n\n"u8);
        if (split < 0) return "The proof has no empty line before its checkpoint.";
        var head = file[..split];
        if (!Ascii.IsValid(head)) return "The proof has a character that is not ASCII.";

        var lines = Encoding.ASCII.GetString(head).Split('\n').AsSpan();
        if (lines[0] != Header) return $"The proof's first line is not {Header}.";
        lines = lines[1..];

        byte[]? extra = null;
        if (lines is [var first, ..] && first.StartsWith(ExtraPrefix, StringComparison.Ordinal))
        {
            if (!CanonicalText.TryReadBase64(first.AsSpan(ExtraPrefix.Length), out extra)) return "The proof's extra data is not canonical base64.";
            lines = lines[1..];
        }

        if (lines is not [var second, ..]
            || !second.StartsWith(IndexPrefix, StringComparison.Ordinal)
            || !CanonicalText.TryReadDecimal(second.AsSpan(IndexPrefix.Length), out var index))
            return "The proof has no line 'index', with decimal digits without leading zeros, below 2^63.";
        lines = lines[1..];

        if (lines.Length > MaximumHashes) return $"The proof has {lines.Length} hashes; no path has more than {MaximumHashes}.";
        var path = new Hash[lines.Length];
        for (var i = 0; i < path.Length; i++)
        {
            if (!CanonicalText.TryReadHash(lines[i], out path[i])) return $"Hash {i + 1} of the proof is not the canonical base64 of 32 bytes.";
        }

        if (!SignedNote.TryParse(file[(split + 2)..], out var note, out var error)) return error;
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out error)) return error;
        proof = new TlogProof(extra?.AsMemory(), index, path, note, checkpoint);
        return null;
    }
}
