using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// The body of <c>add-checkpoint</c> (C2SP tlog-witness v1.0.0): the size that the witness is thought to know, the proof
/// from there, and the signed checkpoint. Immutable.
/// </summary>
public sealed class AddCheckpointRequest
{
    /// <summary>No tree below 2⁶³ entries has a longer proof.</summary>
    public const int MaximumHashes = 63;

    /// <summary>A checkpoint with more signatures than anyone needs is not read.</summary>
    public const int MaximumNoteBytes = 64 * 1024;

    /// <summary>A body beyond this is refused unread: a note, and room for the rest.</summary>
    public const int MaximumBytes = MaximumNoteBytes + 4096;

    const string OldPrefix = "old ";

    readonly Hash[] _proof;

    /// <exception cref="ArgumentException">The size is negative, or the proof too long.</exception>
    public AddCheckpointRequest(long oldSize, ReadOnlySpan<Hash> proof, SignedNote note)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        if (proof.Length > MaximumHashes) throw new ArgumentException($"A proof has at most {MaximumHashes} hashes.", nameof(proof));
        OldSize = oldSize;
        _proof = proof.ToArray();
        Note = note;
    }

    public long OldSize { get; }

    public ReadOnlySpan<Hash> Proof => _proof;

    public SignedNote Note { get; }

    public byte[] Encode()
    {
        var text = new StringBuilder(OldPrefix).Append(CultureInfo.InvariantCulture, $"{OldSize}").Append('\n');
        foreach (var hash in _proof) text.Append(CanonicalText.Base64(hash)).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append('\n').Append(Note).ToString());
    }

    /// <summary>Reads a body; everything that <see cref="Encode"/> would not write again byte for byte is refused.</summary>
    /// <param name="error">What is wrong with it, in a sentence.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpointRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        error = Read(body, ref request);
        return error is null;
    }

    static string? Read(ReadOnlySpan<byte> body, ref AddCheckpointRequest? request)
    {
        if (body.Length > MaximumBytes) return $"The request has {body.Length} bytes; at most {MaximumBytes} are read.";

        // Neither the size nor a hash is an empty line, so the first one is before the checkpoint.
        var split = body.IndexOf("\n\n"u8);
        if (split < 0) return "The request has no empty line before its checkpoint.";
        var head = body[..split];
        if (!Ascii.IsValid(head)) return "The request has a character before its checkpoint that is not ASCII.";
        var lines = Encoding.ASCII.GetString(head).Split('\n');
        if (!lines[0].StartsWith(OldPrefix, StringComparison.Ordinal) || !CanonicalText.TryReadDecimal(lines[0].AsSpan(OldPrefix.Length), out var oldSize))
            return "The request's first line is not 'old' and a size: decimal digits without leading zeros, below 2^63.";
        if (lines.Length - 1 > MaximumHashes) return $"The request has {lines.Length - 1} hashes; no proof has more than {MaximumHashes}.";
        var proof = new Hash[lines.Length - 1];
        for (var i = 0; i < proof.Length; i++)
        {
            if (!CanonicalText.TryReadHash(lines[i + 1], out proof[i])) return $"Hash {i + 1} of the proof is not the canonical base64 of 32 bytes.";
        }

        var noteBytes = body[(split + 2)..];
        if (noteBytes.Length > MaximumNoteBytes) return $"The checkpoint has {noteBytes.Length} bytes; at most {MaximumNoteBytes} are read.";
        if (!SignedNote.TryParse(noteBytes, out var note, out var error)) return error;
        request = new AddCheckpointRequest(oldSize, proof, note);
        return null;
    }
}
