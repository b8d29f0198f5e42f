using System.Text;
using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class SignedNoteTests
{
    static readonly byte[] File = Convert.FromHexString(TlogVectors.SignedCheckpoint);
    static readonly VerifierKey LogKey = VerifierKey.Parse(TlogVectors.LogVerifierKey);
    static readonly SigningKey Signer = SigningKey.Parse(TlogVectors.LogSigningKey);
    static readonly SigningKey Other = SigningKey.FromSeed("other.example", new byte[32]);

    [Fact]
    public void The_vector_is_read_verified_and_written_again_alike()
    {
        var note = Parse(File);
        Assert.Equal("example.com/gateway-42\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", note.Text);
        Assert.Equal(("example.com/gateway-42", 0xff0b53dbu, 64), (note.Signatures[0].Name, note.Signatures[0].KeyId, note.Signatures[0].Bytes.Length));
        Assert.Equal(File, note.Encode());
        Assert.True(note.TryVerify([LogKey], out var verified, out var error), error);
        Assert.Equal(LogKey, Assert.Single(verified).Key);
        Assert.Null(verified[0].CosignedAt);
    }

    [Fact]
    public void The_vector_is_made_again_byte_for_byte()
    {
        var text = Parse(File).Text;
        Assert.Equal(File, SignedNote.Create(text, [Signer.Sign(text)]).Encode());
    }

    [Fact]
    public void The_example_of_the_specification_verifies()
    {
        var note = Parse(Encoding.UTF8.GetBytes(TlogVectors.SpecificationNote));
        Assert.True(note.TryVerify([VerifierKey.Parse(TlogVectors.SpecificationKey)], out _, out var error), error);
    }

    [Fact]
    public void Text_may_have_empty_lines_of_its_own()
    {
        const string text = "a\n\n\u2014 b c\n\nd \U0001F512\n";
        var note = Parse(SignedNote.Create(text, [Signer.Sign(text)]).Encode());
        Assert.Equal(text, note.Text);
        Assert.True(note.TryVerify([LogKey], out _, out _));
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_passed_over()
    {
        var note = Sign("text\n", Other, Signer);
        Assert.True(note.TryVerify([LogKey], out var verified, out _));
        Assert.Equal(LogKey, Assert.Single(verified).Key);
        Assert.True(note.TryVerify([LogKey, Other.Verifier, LogKey], out verified, out _));
        Assert.Equal([Other.Verifier, LogKey], verified.Select(signature => signature.Key));
    }

    [Fact]
    public void Without_a_signature_of_a_known_key_a_note_is_refused()
    {
        var note = Sign("text\n", Other);
        Assert.False(note.TryVerify([LogKey], out var verified, out var error));
        Assert.Equal("None of the keys that are trusted signed this note.", error);
        Assert.Empty(verified);
        Assert.False(note.TryVerify([], out _, out _));
    }

    [Fact]
    public void A_wrong_signature_of_a_known_key_refuses_a_note_that_another_signed_well()
    {
        var wrong = Signer.Sign("other text\n");
        var note = SignedNote.Create("text\n", [Other.Sign("text\n"), wrong]);
        Assert.True(note.TryVerify([Other.Verifier], out _, out _));
        Assert.False(note.TryVerify([Other.Verifier, LogKey], out var verified, out var error));
        Assert.Contains("example.com/gateway-42+ff0b53db", error, StringComparison.Ordinal);
        Assert.Empty(verified);
        Assert.False(SignedNote.Create("text\n", [Signer.Sign("text\n"), wrong]).TryVerify([LogKey], out _, out _));
    }

    [Fact]
    public void Exchanged_signatures_are_refused()
    {
        var (ours, theirs) = (Signer.Sign("text\n"), Other.Sign("text\n"));
        var exchanged = SignedNote.Create(
            "text\n",
            [new NoteSignature(ours.Name, ours.KeyId, theirs.Bytes), new NoteSignature(theirs.Name, theirs.KeyId, ours.Bytes)]);
        Assert.False(exchanged.TryVerify([LogKey], out _, out _));
        Assert.False(exchanged.TryVerify([Other.Verifier], out _, out _));
    }

    [Fact]
    public void The_same_name_with_another_id_and_the_same_id_with_another_name_are_other_keys()
    {
        var good = Signer.Sign("text\n");
        foreach (var signature in (NoteSignature[])
        [
            new(good.Name, good.KeyId ^ 1, good.Bytes), new("example.com/gateway-43", good.KeyId, good.Bytes),
        ])
        {
            Assert.False(SignedNote.Create("text\n", [signature]).TryVerify([LogKey], out _, out var error));
            Assert.Equal("None of the keys that are trusted signed this note.", error);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    [InlineData(72)]
    public void A_signature_of_the_wrong_length_is_wrong(int length)
    {
        var note = SignedNote.Create("text\n", [new NoteSignature(LogKey.Name, LogKey.KeyId, new byte[length])]);
        Assert.False(note.TryVerify([LogKey], out _, out _));
    }

    [Theory]
    [InlineData("text\r\n\n{0}\n", "control character")]
    [InlineData("te\txt\n\n{0}\n", "control character")]
    [InlineData("te\0xt\n\n{0}\n", "control character")]
    [InlineData("text\n\n{0}\r\n", "control character")]
    [InlineData("text\n{0}\n", "no empty line")]
    [InlineData("text\n\n{0}", "end in a signature line")]
    [InlineData("text\n\n{0}\n\n", "end in a signature line")]
    [InlineData("text\n\n", "end in a signature line")]
    [InlineData("text\n\n\n", "end in a signature line")]
    [InlineData("", "no empty line")]
    [InlineData("text\n\n {0}\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n{0} \n", "line 1 of the note is malformed")]
    [InlineData("text\n\n{0}\nx\n", "line 2 of the note is malformed")]
    [InlineData("text\n\n- a b AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2013 a AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014a AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014  AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a+b AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a\u00A0b AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a\u3000b AAAAAAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a \n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAAAA==\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAAAAB=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAAAAA\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAA AAA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAA-AA=\n", "line 1 of the note is malformed")]
    [InlineData("text\n\n\u2014 a AAAAAAA==\n", "line 1 of the note is malformed")]
    public void Any_other_form_is_refused(string form, string reason)
    {
        var file = Encoding.UTF8.GetBytes(form.Replace("{0}", Signer.Sign("text\n").ToString(), StringComparison.Ordinal));
        Assert.False(SignedNote.TryParse(file, out var note, out var error));
        Assert.Null(note);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        foreach (byte[] bad in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]])
        {
            Assert.False(SignedNote.TryParse([.. bad, .. File], out _, out var error));
            Assert.Equal("The note is not UTF-8.", error);
        }
    }

    [Fact]
    public void Too_many_signatures_and_too_many_bytes_are_refused()
    {
        var signatures = Enumerable.Repeat(Signer.Sign("text\n"), 64).ToList();
        Assert.True(SignedNote.TryParse(SignedNote.Create("text\n", signatures).Encode(), out var note, out _));
        Assert.True(note.TryVerify([LogKey], out _, out _));
        Assert.False(SignedNote.TryParse([.. note.Encode(), .. Encoding.UTF8.GetBytes($"{signatures[0]}\n")], out _, out var error));
        Assert.Contains("65 signatures", error, StringComparison.Ordinal);
        signatures.Add(signatures[0]);
        Assert.Throws<ArgumentException>(() => SignedNote.Create("text\n", signatures));
        Assert.Throws<ArgumentException>(() => SignedNote.Create("text\n", []));

        var large = SignedNote.Create(new string('a', SignedNote.MaximumBytes) + "\n", [signatures[0]]).Encode();
        Assert.False(SignedNote.TryParse(large, out _, out error));
        Assert.Contains("at most", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("te\rxt\n")]
    [InlineData("te\u001fxt\n")]
    public void What_is_no_text_is_not_signed(string text)
    {
        Assert.Throws<ArgumentException>(() => Signer.Sign(text));
        Assert.Throws<ArgumentException>(() => SignedNote.Create(text, [Signer.Sign("text\n")]));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_not_signed()
    {
        Assert.Throws<ArgumentException>(() => Signer.Sign("te\uD800xt\n"));
    }

    [Fact]
    public void A_note_cut_at_any_byte_or_with_any_bit_flipped_does_not_verify()
    {
        foreach (var cut in TlogMutations.Truncations(File)) Assert.False(Accepts(cut));
        foreach (var (_, flipped) in TlogMutations.BitFlips(File)) Assert.False(Accepts(flipped));
    }

    [Fact]
    public void No_random_change_of_a_note_verifies_unless_what_is_signed_stays()
    {
        foreach (var file in TlogMutations.Fuzz(File, seed: 5, count: 10_000))
        {
            if (!SignedNote.TryParse(file, out var note, out _)) continue;
            Assert.Equal(file, note.Encode());
            if (note.TryVerify([LogKey], out _, out _)) Assert.Equal(Parse(File).Text, note.Text);
        }
    }

    static bool Accepts(byte[] file) => SignedNote.TryParse(file, out var note, out _) && note.TryVerify([LogKey], out _, out _);

    static SignedNote Parse(byte[] file)
    {
        Assert.True(SignedNote.TryParse(file, out var note, out var error), error);
        return note;
    }

    static SignedNote Sign(string text, params SigningKey[] keys) => SignedNote.Create(text, keys.Select(key => key.Sign(text)).ToList());
}
