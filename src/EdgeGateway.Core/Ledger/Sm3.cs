using Org.BouncyCastle.Crypto.Digests;

namespace EdgeGateway.Ledger;

/// <summary>
/// SM3 of GB/T 32905-2016, piece by piece: 32 bytes, as SHA-256, but another function. It stands beside SHA-256 for
/// content; the tree knows SHA-256 alone. One thread at a time.
/// </summary>
public sealed class Sm3
{
    readonly SM3Digest _digest = new();

    public static Hash HashData(ReadOnlySpan<byte> content)
    {
        var sm3 = new Sm3();
        sm3.Append(content);
        return sm3.Digest();
    }

    public void Append(ReadOnlySpan<byte> content) => _digest.BlockUpdate(content);

    /// <summary>Of all that was appended so far; more may follow.</summary>
    public Hash Digest()
    {
        Span<byte> bytes = stackalloc byte[Hash.Length];
        new SM3Digest(_digest).DoFinal(bytes);
        return new Hash(bytes);
    }
}
