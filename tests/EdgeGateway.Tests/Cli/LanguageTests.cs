using System.CommandLine;
using EdgeGateway.Cli;
using EdgeGateway.Texts;

namespace EdgeGateway.Tests.Cli;

public sealed class LanguageTests : IDisposable
{
    public void Dispose() => Language.Choose(Language.English);

    [Theory]
    [InlineData("--lang zh", "zh-CN")]
    [InlineData("evidence list --lang zh-CN", "zh-CN")]
    [InlineData("--lang=en status", "en")]
    [InlineData("status --lang fr", null)]
    [InlineData("status", null)]
    public void The_option_is_known_before_anything_is_parsed(string words, string? tag) =>
        Assert.Equal(tag, LanguageOption.Of(words.Split(' '))?.Tag);

    [Theory]
    [InlineData("", "en")]
    [InlineData("LANG=zh_CN.UTF-8", "zh-CN")]
    [InlineData("LANG=C.UTF-8", "en")]
    [InlineData("LANG=zh_CN.UTF-8 LC_ALL=C", "en")]
    [InlineData("LANG=en_US.UTF-8 LC_MESSAGES=zh_CN", "zh-CN")]
    [InlineData("LC_ALL=C EDGEGW_LANG=zh", "zh-CN")]
    [InlineData("LANG=zh_CN EDGEGW_LANG=en", "en")]
    public void Else_the_environment_says_so(string variables, string tag)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);

        Assert.Equal(tag, Language.Of(name => environment.GetValueOrDefault(name)).Tag);
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public void Every_command_takes_the_same_languages(string tag)
    {
        foreach (var words in (string[])["evidence list", "evidence verify /tmp", "ledger fingerprints", "device list", "check", "status"])
        {
            Assert.Empty(EdgegwCommand.Create([]).Parse([.. words.Split(' '), "--lang", tag]).Errors);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_Chinese_where_that_was_chosen()
    {
        Language.Choose(Language.Chinese);
        var errors = new StringWriter();

        Assert.Equal(2, await EdgegwCommand.RunAsync(["evidence", "list", "--limit", "x"], errors));

        Assert.Contains("--limit 的值“x”不对", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_in_that_language_to_its_last_word()
    {
        Language.Choose(Language.Chinese);
        var page = new StringWriter();
        var parsed = EdgegwCommand.Create([]).Parse(["evidence", "hold", "--help"]);

        Assert.Empty(parsed.Errors);
        await parsed.InvokeAsync(new InvocationConfiguration { Output = page });

        Assert.Contains("用法：", page.ToString(), StringComparison.Ordinal);
        foreach (var english in (string[])["Usage", "Options", "REQUIRED", "default", "Description"]) Assert.DoesNotContain(english, page.ToString(), StringComparison.Ordinal);
    }
}
