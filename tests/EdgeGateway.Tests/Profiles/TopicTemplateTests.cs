using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Profiles;

public sealed class TopicTemplateTests
{
    [Theory]
    [InlineData("edgegw/v1/cam-1/event/plate", true)]
    [InlineData("edgegw/v1/cam-1/event/抓拍", true)]
    [InlineData("edgegw/v1/cam-2/event/plate", false)]
    [InlineData("edgegw/v1/cam-1/event/", false)]
    [InlineData("edgegw/v1/cam-1/event", false)]
    [InlineData("edgegw/v1/cam-1/event/a/b", false)]
    [InlineData("/edgegw/v1/cam-1/event/a", false)]
    [InlineData("edgegw/V1/cam-1/event/a", false)]
    [InlineData("edgegw/v1/{device}/event/a", false)]
    [InlineData("", false)]
    public void Only_the_devices_own_topics_match(string topic, bool matches) =>
        Assert.Equal(matches, TopicTemplate.Parse("edgegw/v1/{device}/event/{name}").TryMatch(topic, "cam-1"));

    [Fact]
    public void The_filter_is_for_one_device() =>
        Assert.Equal("edgegw/v1/cam-1/event/+", TopicTemplate.Parse("edgegw/v1/{device}/event/{name}").SubscribeFilter("cam-1"));

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a/{name}")]
    [InlineData("a//{device}")]
    [InlineData("/{device}")]
    [InlineData("{device}/")]
    [InlineData("{device}/+")]
    [InlineData("{device}/#")]
    [InlineData("{device}/{device}")]
    [InlineData("{device}/x{name}")]
    [InlineData("{device}/{}")]
    [InlineData("{device}/{na me}")]
    [InlineData("{device}/{name")]
    [InlineData("$SYS/{device}")]
    [InlineData("{device}/a\0")]
    public void What_is_no_template_is_refused(string text)
    {
        Assert.False(TopicTemplate.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
        Assert.Throws<FormatException>(() => TopicTemplate.Parse(text));
    }

    [Fact]
    public void The_first_rule_that_matches_holds_and_nothing_is_allocated()
    {
        var profile = Profile("edgegw/v1/{device}/event/snapshot", "edgegw/v1/{device}/event/{name}", "edgegw/v1/{device}/status");
        Assert.Null(profile.MatchTopic("cam-1", "edgegw/v1/cam-2/status"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var snapshot = profile.MatchTopic("cam-1", "edgegw/v1/cam-1/event/snapshot");
        var other = profile.MatchTopic("cam-1", "edgegw/v1/cam-1/event/docked");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Same(profile.Messages[0], snapshot);
        Assert.Same(profile.Messages[1], other);
    }

    [Fact]
    public void A_changed_copy_of_a_rule_has_its_own_topic()
    {
        var rule = Profile("a/{device}").Messages[0];

        var copy = rule with { Topic = "b/{device}" };

        Assert.True(copy.Template!.TryMatch("b/x", "x"));
        Assert.True(rule.Template!.TryMatch("a/x", "x"));
        Assert.Null((rule with { Topic = null }).Template);
        Assert.Throws<FormatException>(() => rule with { Topic = "#" });
    }

    [Theory]
    [InlineData("{device}/{a}", "{device}/b", true)]
    [InlineData("{device}/{a}", "{device}/{b}", true)]
    [InlineData("{device}/a", "{device}/{b}", false)]
    [InlineData("{device}/{a}", "{device}/b/c", false)]
    [InlineData("{a}/{device}", "{device}/b", false)]
    public void A_template_covers_what_it_takes_away_from_a_later_one(string earlier, string later, bool covers) =>
        Assert.Equal(covers, TopicTemplate.Parse(earlier).Covers(TopicTemplate.Parse(later)));

    static DeviceProfile Profile(params string[] topics) => new()
    {
        Id = "test",
        Revision = 1,
        Sha256 = default,
        Title = new Dictionary<string, string>(),
        Wire = WireKind.Mqtt,
        Silence = TimeSpan.FromMinutes(1),
        Messages = [.. topics.Select((topic, index) => new MessageRule
        {
            Name = $"rule-{index}",
            Class = MessageClass.Evidence,
            Format = PayloadFormat.Json,
            Topic = topic,
            MaximumBytes = 1024,
            RepeatWindow = TimeSpan.FromDays(1),
        })],
    };
}
