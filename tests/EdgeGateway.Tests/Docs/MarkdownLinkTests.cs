using System.Text.RegularExpressions;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Docs;

public sealed partial class MarkdownLinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file()
    {
        var links = DocsFolder.Pages().SelectMany(page => Links(page).Select(link => (Page: page, Link: link))).ToList();

        var broken = links.Where(pair => !Path.Exists(Path.Combine(Path.GetDirectoryName(pair.Page)!, pair.Link)))
            .Select(pair => $"{Path.GetRelativePath(DocsFolder.Root, pair.Page)}: {pair.Link}");

        Assert.Empty(broken);
        Assert.NotEmpty(links);
    }

    static IEnumerable<string> Links(string page) =>
        Link().Matches(Fence().Replace(File.ReadAllText(page), ""))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    // What stands in a code block is no link.
    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
