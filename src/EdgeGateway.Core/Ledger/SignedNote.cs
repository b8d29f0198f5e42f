using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace EdgeGateway.Ledger;

/// <summary>
/// A text and the lines that sign it (C2SP signed-note v1.0.0). A parsed note is only well-formed: its text means nothing
/// before <see cref="TryVerify"/> said yes. Immutable.
/// </summary>
public sealed class SignedNote
{
    /// <summary>A note beyond this is refused unread.</summary>
    public const int MaximumBytes = 1 << 20;

    /// <summary>Signature lines beyond this are refused; the specification asks for at least 16.</summary>
    public const int MaximumSignatures = 64;

    internal const string LinePrefix = "\u2014 ";

    SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What is signed, with its last newline and without the blank line.</summary>
    public string Text { get; }

    /// <summary>At least one, in the order of the note.</summary>
    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <exception cref="ArgumentException">The text does not end in a newline or has a control character, or there are no signatures or too many.</exception>
    public static SignedNote Create(string text, IReadOnlyList<NoteSignature> signatures)
    {
        if (!IsText(text)) throw new ArgumentException("A note's text ends in a newline and has no other control character.", nameof(text));
        if (signatures.Count is 0 or > MaximumSignatures)
            throw new ArgumentException($"A note has 1 to {MaximumSignatures} signatures, not {signatures.Count}.", nameof(signatures));
        return new SignedNote(text, signatures);
    }

    /// <summary>Reads a note; everything that <see cref="Encode"/> would not write again byte for byte is refused.</summary>
    /// <param name="error">What is wrong with it, in a sentence.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> note, [NotNullWhen(true)] out SignedNote? parsed, [NotNullWhen(false)] out string? error)
    {
        parsed = null;
        error = Read(note, ref parsed);
        return error is null;
    }

    /// <summary>
    /// Checks the signatures of all the keys that are known and can verify; signatures of other keys are passed over.
    /// One bad signature of a known key refuses the note, and so does a note without any good one.
    /// </summary>
    /// <param name="verified">The good ones, in the order of the note; empty if the note is refused.</param>
    /// <param name="error">Why the note is refused, in a sentence.</param>
    public bool TryVerify(
        IEnumerable<VerifierKey> known, out IReadOnlyList<VerifiedSignature> verified, [NotNullWhen(false)] out string? error)
    {
        verified = [];
        var keys = known.Where(key => key.CanVerify).Distinct().ToLookup(key => (key.Name, key.KeyId));
        var text = Encoding.UTF8.GetBytes(Text);
        var good = new List<VerifiedSignature>();
        foreach (var signature in Signatures)
        {
            foreach (var key in keys[(signature.Name, signature.KeyId)])
            {
                if (!key.Verify(text, signature.Bytes))
                {
                    error = $"The signature of {signature.Name}+{signature.KeyId:x8} is wrong: the text or the signature was changed.";
                    return false;
                }

                good.Add(new VerifiedSignature(key, signature));
            }
        }

        error = good.Count == 0 ? "None of the keys that are trusted signed this note." : null;
        verified = good;
        return error is null;
    }

    /// <summary>The note's UTF-8: exactly what was parsed, where it was.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";

    internal static bool IsText(string text) =>
        text.EndsWith('\n') && KeyName.IsUnicode(text) && !text.AsSpan().ContainsAnyInRange('\0', '\t') && !text.AsSpan().ContainsAnyInRange('\v', '\u001F');

    static string? Read(ReadOnlySpan<byte> note, ref SignedNote? parsed)
    {
        if (note.Length > MaximumBytes) return $"The note has {note.Length} bytes; at most {MaximumBytes} are read.";
        if (!Utf8.IsValid(note)) return "The note is not UTF-8.";
        if (note.ContainsAnyInRange((byte)0, (byte)9) || note.ContainsAnyInRange((byte)11, (byte)31))
            return "The note has a control character that is not a newline.";

        var all = Encoding.UTF8.GetString(note);
        // The text may have empty lines of its own: the last one is the one before the signatures.
        var split = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0) return "The note has no empty line before its signatures.";
        if (!all.EndsWith('\n') || split + 2 == all.Length) return "The note does not end in a signature line.";

        var lines = all[(split + 2)..^1].Split('\n');
        if (lines.Length > MaximumSignatures) return $"The note has {lines.Length} signatures; at most {MaximumSignatures} are read.";
        var signatures = new NoteSignature[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            if (NoteSignature.TryParse(lines[i]) is not { } signature) return $"Signature line {i + 1} of the note is malformed.";
            signatures[i] = signature;
        }

        parsed = new SignedNote(all[..(split + 1)], signatures);
        return null;
    }
}
