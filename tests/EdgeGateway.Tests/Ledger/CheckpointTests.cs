using System.Text;
using EdgeGateway.Support;

namespace EdgeGateway.Ledger;

public sealed class CheckpointTests
{
    const string Text = "example.com/gateway-42\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";

    static readonly byte[] File = Convert.FromHexString(TlogVectors.SignedCheckpoint);
    static readonly VerifierKey LogKey = VerifierKey.Parse(TlogVectors.LogVerifierKey);

    [Fact]
    public void The_vector_is_opened_and_made_again_byte_for_byte()
    {
        Assert.True(Checkpoint.TryOpen(File, LogKey, "example.com/gateway-42", out var checkpoint, out var error), error);
        Assert.Equal(("example.com/gateway-42", 8L, TlogVectorReader.SmallRoots[8]), (checkpoint.Origin, checkpoint.Size, checkpoint.Root));
        Assert.Empty(checkpoint.Extensions);
        Assert.Equal(new Checkpoint("example.com/gateway-42", 8, TlogVectorReader.SmallRoots[8]), checkpoint);
        Assert.Equal(File, checkpoint.Sign(SigningKey.Parse(TlogVectors.LogSigningKey)).Encode());
    }

    [Fact]
    public void Another_log_and_another_key_are_refused()
    {
        Assert.True(Checkpoint.TryOpen(File, LogKey, null, out _, out _));
        Assert.False(Checkpoint.TryOpen(File, LogKey, "example.com/gateway-43", out _, out var error));
        Assert.Equal("The checkpoint is of the log example.com/gateway-42, not of example.com/gateway-43.", error);
        Assert.False(Checkpoint.TryOpen(File, VerifierKey.Parse(TlogVectors.WitnessVerifierKey), null, out _, out _));
    }

    [Fact]
    public void A_good_signature_over_what_is_no_checkpoint_is_refused()
    {
        var key = SigningKey.Parse(TlogVectors.LogSigningKey);
        var note = SignedNote.Create("hello\n", [key.Sign("hello\n")]).Encode();
        Assert.False(Checkpoint.TryOpen(note, LogKey, null, out var checkpoint, out var error));
        Assert.Null(checkpoint);
        Assert.Equal("The checkpoint has fewer than three lines.", error);
    }

    [Fact]
    public void Extension_lines_are_kept()
    {
        const string text = Text + "one\n two \u00e9\n";
        Assert.True(Checkpoint.TryParse(text, out var checkpoint, out var error), error);
        Assert.Equal(["one", " two \u00e9"], checkpoint.Extensions);
        Assert.Equal(text, checkpoint.ToString());
        Assert.NotEqual(new Checkpoint("example.com/gateway-42", 8, TlogVectorReader.SmallRoots[8]), checkpoint);
    }

    [Fact]
    public void An_empty_log_has_the_root_of_nothing()
    {
        var empty = new Checkpoint("a", 0, Merkle.EmptyRoot);
        Assert.True(Checkpoint.TryParse(empty.ToString(), out var read, out _));
        Assert.Equal(empty, read);
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", 0, default));
        Assert.False(Checkpoint.TryParse("a\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", out _, out var error));
        Assert.Contains("empty tree", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a\n8\n")]
    [InlineData("\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=")]
    [InlineData("a\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n-8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n 8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n8 \nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n8.0\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n1e1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n\u0668\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n9223372036854775808\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz-Nw7_RgQyg=\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQw==\n")]
    [InlineData("a\n8\n5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328\n")]
    [InlineData("a\n8\n Xcnaeac GWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n")]
    [InlineData("a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\nb\n")]
    [InlineData("a\r\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n")]
    public void Any_other_form_is_refused(string text)
    {
        Assert.False(Checkpoint.TryParse(text, out var checkpoint, out var error));
        Assert.Null(checkpoint);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("a\n")]
    public void An_origin_is_one_line(string origin)
    {
        Assert.Throws<ArgumentException>(() => new Checkpoint(origin, 8, TlogVectorReader.SmallRoots[8]));
    }

    [Fact]
    public void An_origin_may_have_spaces()
    {
        Assert.True(Checkpoint.TryParse(Text.Replace("example.com/gateway-42", "go.sum database tree", StringComparison.Ordinal), out var checkpoint, out _));
        Assert.Equal("go.sum database tree", checkpoint.Origin);
    }

    [Fact]
    public void A_checkpoint_cut_at_any_byte_or_with_any_bit_flipped_does_not_open()
    {
        foreach (var cut in TlogMutations.Truncations(File)) Assert.False(Checkpoint.TryOpen(cut, LogKey, null, out _, out _));
        foreach (var (_, flipped) in TlogMutations.BitFlips(File)) Assert.False(Checkpoint.TryOpen(flipped, LogKey, null, out _, out _));
    }

    [Fact]
    public void What_random_text_is_read_is_written_again_alike()
    {
        foreach (var file in TlogMutations.Fuzz(Encoding.UTF8.GetBytes(Text), seed: 8, count: 10_000))
        {
            var text = Encoding.UTF8.GetString(file);
            if (Checkpoint.TryParse(text, out var checkpoint, out _)) Assert.Equal(text, checkpoint.ToString());
        }
    }
}
