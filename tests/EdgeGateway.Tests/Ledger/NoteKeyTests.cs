using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class NoteKeyTests
{
    [Fact]
    public void The_log_key_of_the_vectors_is_read_and_written_again_alike()
    {
        var key = VerifierKey.Parse(TlogVectors.LogVerifierKey);
        Assert.Equal(("example.com/gateway-42", 0xff0b53dbu, NoteKeyType.Ed25519), (key.Name, key.KeyId, key.Type));
        Assert.Equal("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", Convert.ToHexStringLower(key.PublicKey));
        Assert.Equal(TlogVectors.LogVerifierKey, key.ToString());
        Assert.Equal(key, VerifierKey.Parse(TlogVectors.LogVerifierKey));
    }

    [Fact]
    public void The_witness_key_of_the_vectors_has_a_plus_in_its_base64()
    {
        var key = VerifierKey.Parse(TlogVectors.WitnessVerifierKey);
        Assert.Equal(("witness.example.com/w1", 0x86123f71u, NoteKeyType.Cosignature), (key.Name, key.KeyId, key.Type));
        Assert.Equal("cd14b37f956e953194ff7fb73b3d81dcc561d61a7538094b7c3e1a643ee5f3aa", Convert.ToHexStringLower(key.PublicKey));
        Assert.Equal(TlogVectors.WitnessVerifierKey, key.ToString());
    }

    [Fact]
    public void A_signing_key_is_made_from_its_seed_and_read_and_written_again_alike()
    {
        var key = SigningKey.FromSeed("example.com/gateway-42", Convert.FromHexString(TlogVectors.LogSeed));
        Assert.Equal(TlogVectors.LogSigningKey, key.Export());
        Assert.Equal(TlogVectors.LogVerifierKey, key.Verifier.ToString());
        Assert.Equal(TlogVectors.LogSigningKey, SigningKey.Parse(TlogVectors.LogSigningKey).Export());

        var witness = SigningKey.FromSeed("witness.example.com/w1", Convert.FromHexString(TlogVectors.WitnessSeed), NoteKeyType.Cosignature);
        Assert.Equal(TlogVectors.WitnessVerifierKey, witness.Verifier.ToString());
        Assert.Equal(witness.Verifier, SigningKey.Parse(witness.Export()).Verifier);
    }

    [Fact]
    public void A_signing_key_shows_no_secret_unless_it_is_exported()
    {
        var key = SigningKey.Parse(TlogVectors.LogSigningKey);
        Assert.Equal("example.com/gateway-42+ff0b53db (secret)", key.ToString());
        var secret = TlogVectors.LogSigningKey.Split('+')[^1];
        Assert.False(SigningKey.TryParse(TlogVectors.LogSigningKey.Replace("ff0b53db", "ff0b53dc", StringComparison.Ordinal), out _, out var error));
        Assert.DoesNotContain(secret, error, StringComparison.Ordinal);
        Assert.Equal("The key id ff0b53dc is wrong: this name and secret have ff0b53db.", error);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("example.com/gateway-42+ff0b53db")]
    [InlineData("example.com/gateway-42+ff0b53dc+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-43+ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+FF0B53DB+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+f0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+0ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway 42+ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("+ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+ff0b53db+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG5")]
    [InlineData("example.com/gateway-42+ff0b53db+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n")]
    [InlineData("example.com/gateway-42+ff0b53db+ AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")]
    [InlineData("example.com/gateway-42+ff0b53db+AQ==")]
    [InlineData("example.com/gateway-42+ff0b53db+")]
    public void What_is_no_verifier_key_is_refused(string? text)
    {
        Assert.False(VerifierKey.TryParse(text, out var key, out var error));
        Assert.Null(key);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void No_flipped_bit_of_a_key_is_taken_for_the_key()
    {
        // A flip in the type can make it one that is not assigned: such a key is kept, and verifies nothing.
        foreach (var (_, flipped) in TlogMutations.BitFlips(Encoding.ASCII.GetBytes(TlogVectors.LogVerifierKey)))
            Assert.False(VerifierKey.TryParse(Encoding.Latin1.GetString(flipped), out var key, out _) && key.CanVerify);
        foreach (var (_, flipped) in TlogMutations.BitFlips(Encoding.ASCII.GetBytes(TlogVectors.LogSigningKey)))
            Assert.False(SigningKey.TryParse(Encoding.Latin1.GetString(flipped), out _, out _));
        foreach (var cut in TlogMutations.Truncations(Encoding.ASCII.GetBytes(TlogVectors.LogSigningKey)))
            Assert.False(SigningKey.TryParse(Encoding.Latin1.GetString(cut), out _, out _));
    }

    [Fact]
    public void What_random_text_is_taken_for_a_key_is_written_again_alike()
    {
        foreach (var text in TlogMutations.Fuzz(Encoding.ASCII.GetBytes(TlogVectors.WitnessVerifierKey), seed: 6, count: 10_000).Select(Encoding.Latin1.GetString))
        {
            if (VerifierKey.TryParse(text, out var key, out _)) Assert.Equal(text, key.ToString());
        }

        foreach (var text in TlogMutations.Fuzz(Encoding.ASCII.GetBytes(TlogVectors.LogSigningKey), seed: 7, count: 10_000).Select(Encoding.Latin1.GetString))
        {
            if (SigningKey.TryParse(text, out var key, out _)) Assert.Equal(text, key.Export());
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    public void Points_that_no_secret_has_are_no_keys(string publicKey)
    {
        Assert.False(VerifierKey.TryParse(Vkey("a", 1, Convert.FromHexString(publicKey)), out _, out var error));
        Assert.Equal("The public key is not one of Ed25519.", error);
    }

    [Fact]
    public void Keys_of_other_types_are_kept_and_verify_nothing()
    {
        var mldsa = VerifierKey.Parse(Vkey("witness.example", 6, new byte[1312]));
        Assert.False(mldsa.CanVerify);
        Assert.False(mldsa.Verify("text\n"u8.ToArray(), new byte[2428]));

        // The id of an ECDSA key leaves out the name; that of a type that is not assigned is not known.
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = ecdsa.ExportSubjectPublicKeyInfo();
        var text = $"a+{Convert.ToHexStringLower(SHA256.HashData(spki)[..4])}+{Convert.ToBase64String([2, .. spki])}";
        Assert.Equal(text, VerifierKey.Parse(text).ToString());
        Assert.False(VerifierKey.TryParse(Vkey("a", 2, spki), out _, out _));
        Assert.Equal((NoteKeyType)0xff, VerifierKey.Parse("a+01234567+/wE=").Type);

        var signed = SigningKey.Parse(TlogVectors.LogSigningKey);
        var note = SignedNote.Create("text\n", [new NoteSignature(mldsa.Name, mldsa.KeyId, new byte[2428]), signed.Sign("text\n")]);
        Assert.True(note.TryVerify([mldsa, signed.Verifier], out var verified, out _));
        Assert.Single(verified);
        Assert.False(note.TryVerify([mldsa], out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\u2003b")]
    public void A_bad_name_gets_no_key(string name)
    {
        Assert.Throws<ArgumentException>(() => SigningKey.FromSeed(name, new byte[32]));
    }

    [Fact]
    public void A_seed_has_32_bytes_and_a_type_that_signs()
    {
        Assert.Throws<ArgumentException>(() => SigningKey.FromSeed("a", new byte[31]));
        Assert.Throws<ArgumentException>(() => SigningKey.FromSeed("a", new byte[33]));
        Assert.Throws<ArgumentException>(() => SigningKey.FromSeed("a", new byte[32], NoteKeyType.MlDsa44));
    }

    static string Vkey(string name, byte type, byte[] publicKey)
    {
        var id = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), 10, type, .. publicKey])[..4];
        return $"{name}+{Convert.ToHexStringLower(id)}+{Convert.ToBase64String([type, .. publicKey])}";
    }
}
