using System.Text;

namespace EdgeGateway.Ledger;

public sealed class CosignatureTests
{
    static readonly Checkpoint Signed = new("example.com/gateway-42", 8, TlogVectorReader.SmallRoots[8]);
    static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(TlogVectors.CosignedAt);

    static readonly SigningKey Witness =
        SigningKey.FromSeed("witness.example.com/w1", Convert.FromHexString(TlogVectors.WitnessSeed), NoteKeyType.Cosignature);

    [Fact]
    public void The_line_of_the_vector_is_made_again()
    {
        Assert.Equal(TlogVectors.ProofFile.Split('\n')[^1], Witness.Cosign(Signed, At).ToString());
        Assert.Equal(72, Witness.Cosign(Signed, At).Bytes.Length);
    }

    [Fact]
    public void What_is_signed_is_a_header_the_time_and_the_whole_text()
    {
        Assert.Equal(
            $"cosignature/v1\ntime 1700000000\n{Signed}",
            Encoding.UTF8.GetString(Cosignature.Message(TlogVectors.CosignedAt, Encoding.UTF8.GetBytes(Signed.ToString()))));
    }

    [Fact]
    public void A_cosignature_tells_its_time()
    {
        var note = SignedNote.Create(Signed.ToString(), [Witness.Cosign(Signed, At.AddMilliseconds(999))]);
        Assert.True(note.TryVerify([Witness.Verifier], out var verified, out var error), error);
        Assert.Equal(At, Assert.Single(verified).CosignedAt);
    }

    [Fact]
    public void No_bit_of_the_time_or_the_signature_may_change()
    {
        var good = Witness.Cosign(Signed, At);
        for (var bit = 0; bit < 8 * good.Bytes.Length; bit++)
        {
            var bytes = good.Bytes.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Accepts(bytes));
        }

        Assert.True(Accepts(good.Bytes.ToArray()));
        Assert.False(Accepts(good.Bytes[..^1].ToArray()));
        Assert.False(Accepts([.. good.Bytes, 0]));
        Assert.False(Accepts([]));

        bool Accepts(byte[] bytes) => SignedNote
            .Create(Signed.ToString(), [new NoteSignature(good.Name, good.KeyId, bytes)])
            .TryVerify([Witness.Verifier], out _, out _);
    }

    [Fact]
    public void A_time_beyond_the_calendar_is_no_date()
    {
        Assert.Null(Cosignature.ToInstant(long.MaxValue));
        Assert.Equal(DateTimeOffset.UnixEpoch, Cosignature.ToInstant(0));
    }

    [Fact]
    public void Each_kind_of_key_signs_its_own_way_only()
    {
        var log = SigningKey.Parse(TlogVectors.LogSigningKey);
        Assert.Throws<InvalidOperationException>(() => Witness.Sign("text\n"));
        Assert.Throws<InvalidOperationException>(() => log.Cosign(Signed, At));
        Assert.Throws<ArgumentOutOfRangeException>(() => Witness.Cosign(Signed, DateTimeOffset.UnixEpoch.AddSeconds(-1)));
    }
}
