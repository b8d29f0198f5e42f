using System.Text;
using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class TlogProofTests
{
    static readonly byte[] File = Encoding.UTF8.GetBytes(TlogVectors.ProofFile + "\n");
    static readonly VerifierKey LogKey = VerifierKey.Parse(TlogVectors.LogVerifierKey);
    static readonly VerifierKey WitnessKey = VerifierKey.Parse(TlogVectors.WitnessVerifierKey);
    static readonly Hash Leaf = TlogVectorReader.SmallLeaves[5];

    [Fact]
    public void The_vector_is_read_verified_and_written_again_alike()
    {
        var proof = Parse(File);
        Assert.Equal((5L, 3, false), (proof.Index, proof.Path.Length, proof.Extra.HasValue));
        Assert.Equal(File, proof.Encode());

        var verdict = proof.Verify(Leaf, LogKey, "example.com/gateway-42", [WitnessKey]);
        Assert.True(verdict.IsGood, verdict.Sentence);
        Assert.Equal("The entry is number 5 of the 8 of example.com/gateway-42.", verdict.Sentence);
        Assert.Equal([LogKey, WitnessKey], verdict.Signatures.Select(signature => signature.Key));
        Assert.Equal(TlogVectors.CosignedAt, verdict.Signatures[1].CosignedAt!.Value.ToUnixTimeSeconds());
    }

    [Fact]
    public void The_vector_is_made_again_from_tiles_and_keys()
    {
        var log = TlogMemoryLog.Build(TlogVectorReader.SmallEntries);
        var checkpoint = new Checkpoint("example.com/gateway-42", log.Size, log.Root);
        var witness = SigningKey.FromSeed("witness.example.com/w1", Convert.FromHexString(TlogVectors.WitnessSeed), NoteKeyType.Cosignature);
        var note = SignedNote.Create(
            checkpoint.ToString(),
            [
                SigningKey.Parse(TlogVectors.LogSigningKey).Sign(checkpoint.ToString()),
                witness.Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(TlogVectors.CosignedAt)),
            ]);
        Assert.Equal(File, TlogProof.Create(5, new ProofBuilder(8, log.Read).Inclusion(5), note).Encode());
    }

    [Fact]
    public void The_body_of_a_witness_request_of_the_vectors_is_made_again()
    {
        // C2SP tlog-witness add-checkpoint, from size 5 to size 8.
        const string expected = """
            old 5
            vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
            QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=
            yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
            037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

            """;
        var proof = new ProofBuilder(8, TlogMemoryLog.Build(TlogVectorReader.SmallEntries).Read).Consistency(5);
        Assert.Equal(expected, "old 5\n" + string.Concat(proof.Select(hash => $"{Convert.ToBase64String(hash.ToArray())}\n")));
    }

    [Fact]
    public void Each_failing_step_says_so()
    {
        var good = Parse(File);
        AssertRefused(ProofStep.Signature, "trusted", good.Verify(Leaf, VerifierKey.Parse(TlogVectors.SpecificationKey)));
        AssertRefused(ProofStep.Signature, "no signature of the log's key", good.Verify(Leaf, VerifierKey.Parse(TlogVectors.SpecificationKey), null, [WitnessKey]));
        AssertRefused(ProofStep.Origin, "not of example.com/other", good.Verify(Leaf, LogKey, "example.com/other"));
        AssertRefused(ProofStep.Index, "The index 8 is out of range: the checkpoint has 8 entries.", At(8).Verify(Leaf, LogKey));
        AssertRefused(ProofStep.Path, "does not lead from leaf", good.Verify(TlogVectorReader.SmallLeaves[4], LogKey));
        AssertRefused(ProofStep.Path, "does not lead from leaf", At(4).Verify(Leaf, LogKey));
        AssertRefused(ProofStep.Path, "does not lead from leaf", At(6).Verify(Leaf, LogKey));
        AssertRefused(
            ProofStep.Path, "The path has 2 hashes; entry 5 of 8 needs 3.",
            TlogProof.Create(5, good.Path[..2], good.Note).Verify(Leaf, LogKey));
        AssertRefused(
            ProofStep.Path, "The path has 4 hashes; entry 5 of 8 needs 3.",
            TlogProof.Create(5, [.. good.Path, default], good.Note).Verify(Leaf, LogKey));

        TlogProof At(long index) => TlogProof.Create(index, good.Path, good.Note);
    }

    [Fact]
    public void A_wrong_cosignature_refuses_the_proof_where_the_witness_is_known()
    {
        var text = TlogVectors.ProofFile.Split('\n');
        var line = Encoding.UTF8.GetBytes(text[^1]);
        line[^10] ^= 1;
        text[^1] = Encoding.UTF8.GetString(line);
        var proof = Parse(Encoding.UTF8.GetBytes(string.Join('\n', text) + "\n"));
        Assert.True(proof.Verify(Leaf, LogKey).IsGood);
        AssertRefused(ProofStep.Signature, "witness.example.com/w1+86123f71 is wrong", proof.Verify(Leaf, LogKey, null, [WitnessKey]));
    }

    [Fact]
    public void Extra_data_is_kept_and_not_trusted()
    {
        var good = Parse(File);
        var proof = Parse(TlogProof.Create(5, good.Path, good.Note, [1, 2, 3]).Encode());
        Assert.Equal([1, 2, 3], proof.Extra!.Value.ToArray());
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nextra AQID\nindex 5\n", proof.ToString(), StringComparison.Ordinal);
        Assert.True(proof.Verify(Leaf, LogKey).IsGood);
    }

    [Fact]
    public void The_only_entry_of_a_log_needs_no_hashes()
    {
        var key = SigningKey.Parse(TlogVectors.LogSigningKey);
        var note = new Checkpoint("a", 1, TlogVectorReader.SmallRoots[1]).Sign(key);
        var proof = Parse(TlogProof.Create(0, [], note).Encode());
        Assert.True(proof.Verify(TlogVectorReader.SmallLeaves[0], LogKey).IsGood);
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n")]
    [InlineData("c2sp.org/tlog-proof@v1\n", "")]
    [InlineData("index 5\n", "")]
    [InlineData("index 5\n", "index 05\n")]
    [InlineData("index 5\n", "index  5\n")]
    [InlineData("index 5\n", "index 5 \n")]
    [InlineData("index 5\n", "index -5\n")]
    [InlineData("index 5\n", "Index 5\n")]
    [InlineData("index 5\n", "index 9223372036854775808\n")]
    [InlineData("index 5\n", "index 5\nindex 5\n")]
    [InlineData("index 5\n", "index 5\nextra AQID\n")]
    [InlineData("index 5\n", "extra AQI\nindex 5\n")]
    [InlineData("index 5\n", "extra AQJ=\nindex 5\n")]
    [InlineData("index 5\n", "extra AQID\nextra AQID\nindex 5\n")]
    [InlineData("index 5\n", "extra\nindex 5\n")]
    [InlineData("index 5\n", "index 5\n\n")]
    [InlineData("vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnmt=\n")]
    [InlineData("vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms\n")]
    [InlineData("vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n", "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\r\n")]
    [InlineData("FLc=\n\nexample", "FLc=\nexample")]
    [InlineData("FLc=\n\nexample", "FLc=\n\n\nexample")]
    [InlineData("\n8\n", "\n08\n")]
    [InlineData("\n8\n", "\n8\n\n")]
    public void Any_other_form_is_refused(string part, string replacement)
    {
        var text = TlogVectors.ProofFile + "\n";
        Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.False(TlogProof.TryParse(Encoding.UTF8.GetBytes(text.Replace(part, replacement, StringComparison.Ordinal)), out var proof, out var error));
        Assert.Null(proof);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_path_longer_than_any_tree_is_refused()
    {
        var good = Parse(File);
        Assert.Throws<ArgumentException>(() => TlogProof.Create(5, new Hash[64], good.Note));
        Assert.Throws<ArgumentOutOfRangeException>(() => TlogProof.Create(-1, [], good.Note));
        Assert.Throws<FormatException>(() => TlogProof.Create(0, [], SignedNote.Create("text\n", good.Note.Signatures)));
        var text = TlogProof.Create(5, new Hash[63], good.Note).ToString();
        Assert.True(TlogProof.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
        text = text.Replace("index 5\n", $"index 5\n{Convert.ToBase64String(new byte[32])}\n", StringComparison.Ordinal);
        Assert.False(TlogProof.TryParse(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Contains("64 hashes", error, StringComparison.Ordinal);
        Assert.False(TlogProof.TryParse(new byte[TlogProof.MaximumBytes + 1], out _, out _));
    }

    [Fact]
    public void A_proof_cut_at_any_byte_but_within_the_cosignature_is_refused()
    {
        foreach (var cut in TlogMutations.Truncations(File))
        {
            // Without the witness's whole line the proof is still the log's.
            if (Accepts(cut, [])) Assert.Equal(File.AsSpan().LastIndexOf("\u2014 witness"u8), cut.Length);
        }
    }

    [Fact]
    public void A_proof_with_any_bit_flipped_is_refused_unless_only_the_witness_is_changed()
    {
        var cosignature = File.AsSpan().LastIndexOf("\u2014 witness"u8);
        var blob = File.AsSpan().LastIndexOf((byte)' ') + 1;
        foreach (var (position, flipped) in TlogMutations.BitFlips(File))
        {
            if (Accepts(flipped, [])) Assert.True(position > cosignature, $"byte {position}");

            // With the witness known, a change of its name or key id makes another, unknown one of it: no cosignature.
            if (Accepts(flipped, [WitnessKey]))
            {
                Assert.InRange(position, cosignature + 4, blob + 5);
                Assert.Single(Parse(flipped).Verify(Leaf, LogKey, null, [WitnessKey]).Signatures);
            }
        }
    }

    [Fact]
    public void No_random_change_of_a_proof_is_accepted_unless_index_and_checkpoint_stay()
    {
        foreach (var file in TlogMutations.Fuzz(File, seed: 9, count: 10_000))
        {
            if (!TlogProof.TryParse(file, out var proof, out _)) continue;
            Assert.Equal(file, proof.Encode());
            if (!proof.Verify(Leaf, LogKey).IsGood) continue;
            Assert.Equal((5L, Parse(File).Note.Text), (proof.Index, proof.Note.Text));
        }
    }

    static bool Accepts(byte[] file, VerifierKey[] witnesses) =>
        TlogProof.TryParse(file, out var proof, out _) && proof.Verify(Leaf, LogKey, null, witnesses).IsGood;

    static TlogProof Parse(byte[] file)
    {
        Assert.True(TlogProof.TryParse(file, out var proof, out var error), error);
        return proof;
    }

    static void AssertRefused(ProofStep step, string words, ProofVerdict verdict)
    {
        Assert.False(verdict.IsGood);
        Assert.Equal(step, verdict.FailedStep);
        Assert.Contains(words, verdict.Sentence, StringComparison.Ordinal);
        Assert.Empty(verdict.Signatures);
    }
}
