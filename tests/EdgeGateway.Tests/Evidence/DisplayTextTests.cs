using EdgeGateway.Evidence;

namespace EdgeGateway.Tests.Evidence;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("京A12345 路口", "京A12345 路口")]
    [InlineData("\u001b[31mred", "\\u{1b}[31mred")]
    [InlineData("a\r\nb\tc", "a\\u{d}\\u{a}b\\u{9}c")]
    [InlineData("\u202Egnp.exe", "\\u{202e}gnp.exe")]
    [InlineData("zero\u200Bwidth", "zero\\u{200b}width")]
    [InlineData("nul\0", "nul\\u{0}")]
    [InlineData("line\u2028break", "line\\u{2028}break")]
    [InlineData("wide\u3000space", "wide\\u{3000}space")]
    public void What_could_mislead_a_reader_is_shown_as_its_number(string text, string shown) => Assert.Equal(shown, DisplayText.Of(text));

    [Fact]
    public void A_lone_surrogate_is_replaced() => Assert.Equal("a\uFFFDb", DisplayText.Of("a\uD800b\u0007")[..3]);

    [Fact]
    public void Long_text_is_cut_and_says_so()
    {
        var shown = DisplayText.Of(new string('x', 10_000), 50);

        Assert.Equal(51, shown.Length);
        Assert.EndsWith("…", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_do_not_make_it_grow_beyond_its_bound() => Assert.InRange(DisplayText.Of(new string('\u001b', 10_000), 50).Length, 50, 70);

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal("", DisplayText.Of(null));
}
