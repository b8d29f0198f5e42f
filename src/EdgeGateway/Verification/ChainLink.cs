using System.Buffers;
using System.Buffers.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>An entry's place in its subject's chain.</summary>
readonly record struct ChainLink(long Index, SubjectChain Chain, long Sequence, Hash? Previous, Hash LeafHash)
{
    /// <summary>
    /// Reads it from the leaf's end. In canonical form every leaf ends in <c>[,"prev":"…"],"seq":N,"subject":"…","v":1}</c>,
    /// so the millions of others need not be parsed.
    /// </summary>
    public static bool TryRead(long index, ReadOnlySpan<byte> leaf, in Hash leafHash, SubjectChains chains, out ChainLink link)
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
            Span<byte> hash = stackalloc byte[Hash.Length];
            if (Convert.FromHexString(rest[^(2 * Hash.Length + 2)..^2], hash, out _, out _) != OperationStatus.Done) return false;
            previous = new Hash(hash);
        }

        link = new ChainLink(index, chains.Of(subject), sequence, previous, leafHash);
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
