using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>Key names of C2SP signed-note: not empty, no Unicode space, no plus, no control character.</summary>
static class KeyName
{
    const int MaximumLength = 1024;

    public static bool IsValid([NotNullWhen(true)] string? name)
    {
        if (name is not { Length: > 0 and <= MaximumLength }) return false;
        foreach (var c in name)
        {
            if (c < ' ' || c == '+' || char.IsWhiteSpace(c)) return false;
        }

        return IsUnicode(name);
    }

    /// <summary>Whether the text has no half of a surrogate pair, so that its UTF-8 gives it back.</summary>
    public static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var taken) != System.Buffers.OperationStatus.Done) return false;
            text = text[taken..];
        }

        return true;
    }
}
