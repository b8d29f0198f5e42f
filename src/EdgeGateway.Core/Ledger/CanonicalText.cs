using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeGateway.Ledger;

/// <summary>
/// Numbers and bytes in text, one spelling for each value. Two spellings of one root would let two verifiers sign
/// different bytes for the same tree.
/// </summary>
static class CanonicalText
{
    /// <summary>ASCII digits without leading zeros, at most 2⁶³−1.</summary>
    public static bool TryReadDecimal(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return text is not [] and not ['0', _, ..]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>RFC 4648 section 4 with padding, without white space, with zero bits after the last byte.</summary>
    public static bool TryReadBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0) return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var length)) return false;

        // The decoder passes over white space and over bits that belong to no byte.
        if (!text.SequenceEqual(Convert.ToBase64String(buffer.AsSpan(0, length)))) return false;
        bytes = buffer[..length];
        return true;
    }

    public static bool TryReadHash(ReadOnlySpan<char> text, out Hash hash)
    {
        hash = default;
        if (text.Length != 44 || !TryReadBase64(text, out var bytes) || bytes.Length != Hash.Length) return false;
        hash = new Hash(bytes);
        return true;
    }

    public static string Base64(Hash hash)
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        hash.CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }
}
