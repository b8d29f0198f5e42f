using System.Text.RegularExpressions;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Texts;

public sealed partial class TextTableTests
{
    public static TheoryData<string> Areas => new(AreaNames());

    [Fact]
    public void There_are_texts() => Assert.NotEmpty(AreaNames());

    [Theory]
    [MemberData(nameof(Areas))]
    public void Every_text_is_there_in_both_languages_with_the_same_places_to_fill_in(string area)
    {
        var chinese = TextTable.Of(area, Language.Chinese);
        var english = TextTable.Of(area, Language.English);

        Assert.Equal(chinese.Keys.Order(StringComparer.Ordinal), english.Keys.Order(StringComparer.Ordinal));
        Assert.All(chinese.Keys, key =>
        {
            Assert.NotEmpty(chinese[key].Trim());
            Assert.NotEmpty(english[key].Trim());
            Assert.Equal(Places(chinese[key]), Places(english[key]));
        });
    }

    [Fact]
    public void A_text_or_area_that_is_not_there_is_named()
    {
        var missing = Assert.Throws<KeyNotFoundException>(() => TextTable.Of("Fingerprints", Language.English)["absent"]);

        Assert.Contains("absent", missing.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TextTable.Of("Absent", Language.English));
    }

    [Fact]
    public void Places_are_filled_in() =>
        Assert.Equal("Witness tower", TextTable.Of("Fingerprints", Language.English).Format("witness", "tower"));

    /// <summary>From either language, so that an area with one file is found too.</summary>
    static IEnumerable<string> AreaNames() => typeof(TextTable).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("Texts/", StringComparison.Ordinal))
        .Select(name => name["Texts/".Length..].Split('.')[0])
        .Distinct();

    static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Place();
}
