using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeGateway.Ledger;

/// <summary>
/// The head of a log's tree: who, how many entries, which root (C2SP tlog-checkpoint v1.0.0). By itself a statement of
/// nobody: <see cref="TryOpen"/> gives one that a key signed. Immutable.
/// </summary>
public sealed record Checkpoint
{
    /// <exception cref="ArgumentException">The origin is empty or has a control character, the size is negative, or it is 0 with another root than <see cref="Merkle.EmptyRoot"/>.</exception>
    public Checkpoint(string origin, long size, Hash root)
        : this(origin, size, root, [])
    {
        if (!IsLine(origin)) throw new ArgumentException("An origin is one line and not empty.", nameof(origin));
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (size == 0 && root != Merkle.EmptyRoot) throw new ArgumentException("The root of an empty tree is SHA-256 of nothing.", nameof(root));
    }

    Checkpoint(string origin, long size, Hash root, IReadOnlyList<string> extensions)
    {
        Origin = origin;
        Size = size;
        Root = root;
        Extensions = extensions;
    }

    /// <summary>The log's name.</summary>
    public string Origin { get; }

    public long Size { get; }

    public Hash Root { get; }

    /// <summary>Lines after the third, which nobody audits; kept so that the text stays what was signed.</summary>
    public IReadOnlyList<string> Extensions { get; }

    /// <summary>Reads the text of a note; everything that <see cref="ToString"/> would not write again byte for byte is refused.</summary>
    /// <param name="error">What is wrong with it, in a sentence.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        error = Read(text, ref checkpoint);
        return error is null;
    }

    /// <summary>Reads a signed checkpoint and checks that the log's key signed it.</summary>
    /// <param name="note">The bytes of the file <c>checkpoint</c>.</param>
    /// <param name="origin">
    /// The log's name where it is known. Null takes any that the key signed: a key should sign for one log only, and
    /// should bear its name, but the specification does not demand it.
    /// </param>
    /// <param name="error">What is wrong, in a sentence.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> note, VerifierKey logKey, string? origin,
        [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        checkpoint = null;
        if (!SignedNote.TryParse(note, out var parsed, out error)) return false;
        if (!parsed.TryVerify([logKey], out _, out error)) return false;
        if (!TryParse(parsed.Text, out var read, out error)) return false;
        error = origin is null || origin == read.Origin ? null : $"The checkpoint is of the log {read.Origin}, not of {origin}.";
        if (error is not null) return false;
        checkpoint = read;
        return true;
    }

    /// <summary>The text that is signed, with its last newline.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}\n{Size}\n{CanonicalText.Base64(Root)}\n{string.Concat(Extensions.Select(line => $"{line}\n"))}");

    /// <summary>The checkpoint as a note signed by the log.</summary>
    public SignedNote Sign(SigningKey key) => SignedNote.Create(ToString(), [key.Sign(ToString())]);

    public bool Equals(Checkpoint? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => HashCode.Combine(Size, Root);

    static string? Read(string text, ref Checkpoint? checkpoint)
    {
        if (!SignedNote.IsText(text)) return "The checkpoint does not end in a newline, or has a control character.";
        if (text[..^1].Split('\n') is not [var origin, var sizeText, var rootText, .. var extensions])
            return "The checkpoint has fewer than three lines.";
        if (!IsLine(origin)) return "The checkpoint's first line, the origin, is empty.";
        if (!CanonicalText.TryReadDecimal(sizeText, out var size))
            return "The checkpoint's second line is not a size: decimal digits without leading zeros, below 2^63.";
        if (!CanonicalText.TryReadHash(rootText, out var root))
            return "The checkpoint's third line is not the canonical base64 of a 32-byte root.";
        if (!Array.TrueForAll(extensions, IsLine)) return "The checkpoint has an empty extension line.";
        if (size == 0 && root != Merkle.EmptyRoot) return "The checkpoint's size is 0, but its root is not that of an empty tree.";
        checkpoint = new Checkpoint(origin, size, root, extensions);
        return null;
    }

    static bool IsLine(string line) => line.Length > 0 && !line.Contains('\n') && SignedNote.IsText(line + "\n");
}
