using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>GB/T 32905-2016, and strings on which openssl and other implementations agree.</summary>
public sealed class Sm3Tests
{
    [Theory]
    [InlineData("", 1, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b")]
    [InlineData("abc", 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    [InlineData("abcd", 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    [InlineData("a", 1_000_000, "c8aaf89429554029e231941a2acc0ad61ff2a5acd8fadd25847a3a732b3b02c3")]
    public void Known_texts_have_their_known_digests(string part, int times, string digest) =>
        Assert.Equal(digest, Sm3.HashData(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, times)))).ToString());

    [Fact]
    public void Pieces_of_any_length_make_the_digest_of_the_whole_and_it_can_be_asked_for_on_the_way()
    {
        var random = new Random(3);
        var content = new byte[10_000];
        random.NextBytes(content);
        var sm3 = new Sm3();
        for (var at = 0; at < content.Length;)
        {
            var count = Math.Min(random.Next(1, 200), content.Length - at);
            sm3.Append(content.AsSpan(at, count));
            at += count;
            Assert.Equal(Sm3.HashData(content.AsSpan(0, at)), sm3.Digest());
        }
    }
}
