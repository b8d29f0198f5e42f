using EdgeGateway.Ingest;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Ingest;

public sealed class QuarantineLimitTests
{
    readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_burst_gets_an_entry_each_and_the_rest_is_counted()
    {
        var limit = new QuarantineLimit(_time);

        var taken = Enumerable.Range(0, 100).Count(_ => limit.TryTake(IngestSome.Refusal("cam-01"), out var _));

        Assert.Equal(QuarantineLimit.Burst, taken);
        Assert.Equal(80, Assert.Single(limit.TakeCounts()).Suppressed);
        Assert.Empty(limit.TakeCounts());
    }

    [Fact]
    public void The_next_entry_carries_what_was_only_counted()
    {
        var limit = new QuarantineLimit(_time);
        for (var i = 0; i < QuarantineLimit.Burst + 7; i++) limit.TryTake(IngestSome.Refusal("cam-01"), out _);

        _time.Advance(QuarantineLimit.Refill);

        Assert.True(limit.TryTake(IngestSome.Refusal("cam-01"), out var suppressed));
        Assert.Equal(7, suppressed);
        Assert.False(limit.TryTake(IngestSome.Refusal("cam-01"), out _));
    }

    [Fact]
    public void One_source_does_not_use_up_another_ones_entries()
    {
        var limit = new QuarantineLimit(_time);
        for (var i = 0; i < 100; i++) limit.TryTake(IngestSome.Refusal("cam-01"), out _);

        Assert.True(limit.TryTake(IngestSome.Refusal("cam-02"), out _));
        Assert.True(limit.TryTake(IngestSome.Refusal(null, WireKind.Serial, "/dev/ttyS0"), out _));
        Assert.True(limit.TryTake(IngestSome.Refusal(null, WireKind.Serial, "/dev/ttyS1"), out _));
    }

    [Fact]
    public void Topics_that_a_device_makes_up_are_one_source()
    {
        var limit = new QuarantineLimit(_time);

        var taken = Enumerable.Range(0, 100).Count(i => limit.TryTake(IngestSome.Refusal("cam-01", address: $"made/up/{i}"), out var _));

        Assert.Equal(QuarantineLimit.Burst, taken);
    }
}
