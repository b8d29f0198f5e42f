using System.Security.Cryptography;

namespace EdgeGateway.Ledger;

/// <summary>
/// A private part with its salt and the commitment that the leaf carries:
/// SHA-256("edgegw/private/v1" 0x0A ‖ salt ‖ private part), docs/ledger-format.md section 1.
/// </summary>
public sealed class SealedPart
{
    static ReadOnlySpan<byte> Domain => "edgegw/private/v1\n"u8;

    readonly byte[] _bytes;

    SealedPart(byte[] bytes, in Hash commitment)
    {
        _bytes = bytes;
        Commitment = commitment;
    }

    public Hash Commitment { get; }

    public ReadOnlySpan<byte> Salt => _bytes.AsSpan(Domain.Length, LedgerRecord.SaltBytes);

    public ReadOnlySpan<byte> PrivatePart => _bytes.AsSpan(Domain.Length + LedgerRecord.SaltBytes);

    /// <param name="privatePart">Canonical JSON, at most <see cref="LedgerRecord.MaximumPrivateBytes"/>.</param>
    /// <param name="salt">32 random bytes, never used twice.</param>
    public static SealedPart Seal(ReadOnlySpan<byte> privatePart, ReadOnlySpan<byte> salt)
    {
        if (salt.Length != LedgerRecord.SaltBytes) throw new ArgumentException("A salt has 32 bytes.", nameof(salt));
        if (privatePart.Length > LedgerRecord.MaximumPrivateBytes)
        {
            throw new ArgumentException(
                $"A private part has at most {LedgerRecord.MaximumPrivateBytes} bytes, not {privatePart.Length}.", nameof(privatePart));
        }

        // Prefix, salt and part lie together, so that one pass over one piece of memory makes the commitment.
        var bytes = new byte[Domain.Length + LedgerRecord.SaltBytes + privatePart.Length];
        Domain.CopyTo(bytes);
        salt.CopyTo(bytes.AsSpan(Domain.Length));
        privatePart.CopyTo(bytes.AsSpan(Domain.Length + LedgerRecord.SaltBytes));
        return new SealedPart(bytes, Hashed(bytes));
    }

    /// <summary>The commitment that a leaf must carry for this salt and private part.</summary>
    public static Hash Commit(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> privatePart) => Seal(privatePart, salt).Commitment;

    static Hash Hashed(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Hash.Length];
        SHA256.HashData(bytes, hash);
        return new Hash(hash);
    }
}
