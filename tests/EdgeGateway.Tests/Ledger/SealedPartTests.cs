using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Ledger;

public sealed class SealedPartTests
{
    static readonly byte[] Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A_commitment_is_the_hash_of_domain_salt_and_part()
    {
        var part = SealedPart.Seal("{\"a\":1}"u8, Salt);

        Assert.Equal(
            SHA256.HashData([.. "edgegw/private/v1\n"u8, .. Salt, .. "{\"a\":1}"u8]), part.Commitment.ToArray());
        Assert.Equal(part.Commitment, SealedPart.Commit(Salt, "{\"a\":1}"u8));
        Assert.Equal(Salt, part.Salt.ToArray());
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(part.PrivatePart));
    }

    [Fact]
    public void A_flipped_bit_in_salt_or_part_gives_another_commitment()
    {
        var part = Encoding.UTF8.GetBytes("{\"plate\":\"京A·12345\"}");
        var commitment = SealedPart.Commit(Salt, part);
        var salt = Salt.ToArray();
        for (var bit = 0; bit < 8 * salt.Length; bit++)
        {
            salt[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(commitment, SealedPart.Commit(salt, part));
            salt[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var bit = 0; bit < 8 * part.Length; bit++)
        {
            part[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(commitment, SealedPart.Commit(Salt, part));
            part[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(commitment, SealedPart.Commit(Salt, part));
    }

    [Fact]
    public void Parts_and_salts_of_other_sizes_than_allowed_are_refused()
    {
        SealedPart.Seal(new byte[LedgerRecord.MaximumPrivateBytes], Salt);
        Assert.Throws<ArgumentException>(() => SealedPart.Seal(new byte[LedgerRecord.MaximumPrivateBytes + 1], Salt));
        Assert.Throws<ArgumentException>(() => SealedPart.Seal("{}"u8, Salt.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => SealedPart.Seal("{}"u8, new byte[33]));
    }

    [Fact]
    public void What_was_sealed_does_not_change_with_the_caller_s_buffers()
    {
        var (bytes, salt) = ("{\"a\":1}"u8.ToArray(), Salt.ToArray());
        var part = SealedPart.Seal(bytes, salt);
        bytes.AsSpan().Clear();
        salt.AsSpan().Clear();

        Assert.Equal(part.Commitment, SealedPart.Commit(part.Salt, part.PrivatePart));
    }
}
