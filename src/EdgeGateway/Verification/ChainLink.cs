using System.Buffers.Text;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>An entry's place in its subject's chain.</summary>
readonly record struct ChainLink(long Index, string Subject, long Sequence, Hash? Previous, Hash LeafHash)
{
    /// <summary>
    /// Reads it from the leaf's end. In canonical form every leaf ends in <c>[,"prev":"…"],"seq":N,"subject":"…","v":1}</c>,
    /// so the millions of others need not be parsed.
    /// </summary>
    public static bool TryRead(long index, ReadOnlySpan<byte> leaf, out ChainLink link)
    {
        link = default;
        if (!leaf.EndsWith("\",\"v\":1}"u8)) return false;
        var rest = leaf[..^"\",\"v\":1}"u8.Length];
        if (!TakeBack(ref rest, "\"subject\":\""u8, out var subject) || subject.IndexOfAny((byte)'"', (byte)'\\') >= 0) return false;
        if (!rest.EndsWith(","u8)) return false;
        rest = rest[..^1];
        if (!TakeBack(ref rest, "\"seq\":"u8, out var number)) return false;
        if (!Utf8Parser.TryParse(number, out long sequence, out var read) || read != number.Length) return false;

        Hash? previous = null;
        const int previousLength = 8 + 2 * Hash.Length + 2;
        if (rest.Length >= previousLength && rest[^previousLength..].StartsWith("\"prev\":\""u8))
        {
            if (!Hash.TryParse(Encoding.ASCII.GetString(rest[^(2 * Hash.Length + 2)..^2]), out var hash)) return false;
            previous = hash;
        }

        link = new ChainLink(index, string.Intern(Encoding.ASCII.GetString(subject)), sequence, previous, Merkle.LeafHash(leaf));
        return true;
    }

    static bool TakeBack(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var at = rest.LastIndexOf(name);
        value = at < 0 ? default : rest[(at + name.Length)..];
        if (at >= 0) rest = rest[..at];
        return at >= 0;
    }
}
