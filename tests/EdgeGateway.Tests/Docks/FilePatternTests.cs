using EdgeGateway.Docks;

namespace EdgeGateway.Tests.Docks;

public sealed class FilePatternTests
{
    [Theory]
    [InlineData("{recorder}_{officer:6}_{time:14}_{counter:4}.mp4", "DSJ_1_110023_20261122120000_0042.MP4", "recorder=DSJ_1 officer=110023 time=20261122120000 counter=0042")]
    [InlineData("{recorder}_{counter}.mp4", "day/of/x_7.mp4", "recorder=x counter=7")]
    [InlineData("{day}/*_{counter}.mp4", "20261122/any_7.mp4", "day=20261122 counter=7")]
    [InlineData("*", "whatever it is", "")]
    [InlineData("执法{counter}号.mp4", "执法12号.mp4", "counter=12")]
    [InlineData("a.b", "a.b", "")]
    [InlineData("a.b", "axb", null)]
    [InlineData("{counter:4}.mp4", "42.mp4", null)]
    [InlineData("{counter}.mp4", "4x.mp4", null)]
    [InlineData("{day}/{name}.mp4", "20261122/more/x.mp4", null)]
    [InlineData("{name}.mp4", ".mp4", null)]
    [InlineData("{counter}.mp4", "1234567890123456789.mp4", null)]
    public void A_name_is_taken_apart_where_it_fits(string text, string path, string? facts)
    {
        Assert.True(FilePattern.TryParse(text, out var pattern, out _));
        var match = pattern.Match(path);
        Assert.Equal(facts, match is null ? null : string.Join(' ', match.Select(fact => $"{fact.Key}={fact.Value}")));
    }

    [Theory]
    [InlineData("", "1 to 200 characters")]
    [InlineData("/clips/*.mp4", "leave the first '/' out")]
    [InlineData("{time", "'{' must be part of a place")]
    [InlineData("time}", "'}' must be part of a place")]
    [InlineData("{Time}", "must be part of a place")]
    [InlineData("{time}{time}", "'{time}' stands twice")]
    [InlineData("{time:0}", "1 to 64 characters")]
    [InlineData("{time:65}", "1 to 64 characters")]
    [InlineData("{counter:19}", "1 to 18 characters")]
    [InlineData("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}{q}", "more than 16 places")]
    public void A_pattern_that_is_none_says_why(string text, string error)
    {
        Assert.False(FilePattern.TryParse(text, out _, out var why));
        Assert.Contains(error, why, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_random_names_and_patterns_do_no_harm() => Fuzz(10_000);

    [Fact]
    public void A_name_made_to_be_tried_in_many_ways_takes_no_longer()
    {
        Assert.True(FilePattern.TryParse("{a}_{b}_{c}_{d}_{e}_{f}_{g}_{h}.mp4", out var pattern, out _));
        Assert.Null(pattern.Match(string.Concat(Enumerable.Repeat("_", 1000)) + ".mp3"));
    }

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261127);
        string[] pieces = ["{a}", "{counter}", "{time:14}", "{b:2}", "*", "_", "-", ".mp4", "/", "执", "{", "}", "7", "\\", "[x]", "(", "+", "\u202e"];
        string[] values = ["1", "20261122120000", "xy", "_", "-", ".mp4", "/", "执", "7", "", "\\", "[x]", "(", "+", "😀", "\ud800"];
        FilePattern? pattern = null;
        var (patterns, matches) = (0, 0);
        for (var i = 0; i < inputs; i++)
        {
            // A pattern is compiled once and meets many names.
            if (i % 20 == 0 && FilePattern.TryParse(Some(pieces, 8), out var next, out _))
            {
                pattern = next;
                patterns++;
            }

            if (pattern?.Match(Some(values, 12)) is { } facts)
            {
                matches++;
                Assert.Equal(pattern.Words.Count, facts.Count);
                _ = FilePattern.CounterOf(facts);
            }
        }

        Assert.InRange(patterns, inputs / 200, inputs);
        Assert.InRange(matches, 1, inputs);

        string Some(string[] from, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => from[random.Next(from.Length)]));
    }
}
