using System.Text.RegularExpressions;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Docs;

/// <summary>Operators filter by the number of a log event: each means one thing.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void No_two_log_events_have_the_same_number()
    {
        var numbers = Directory.GetFiles(Path.Combine(DocsFolder.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Number().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).ToList();

        Assert.True(numbers.Count > 50);
        Assert.Empty(numbers.GroupBy(number => number).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [GeneratedRegex(@"LoggerMessage\((\d+)")]
    private static partial Regex Number();
}
