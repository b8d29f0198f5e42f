using System.Text.Json.Nodes;
using EdgeGateway.Clocks;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Tests.Clocks;

/// <summary>What becomes an entry when the clock moves, and when the date decides nothing, on a real data directory.</summary>
public sealed class ClockWatchTests : IAsyncDisposable
{
    readonly TempFolder _folder = new();
    readonly SteppingTime _time = new(BuildDate.Value.AddDays(3));
    readonly FixedTimeSource _source;
    readonly GatewayClock _clock;
    readonly ClockOptions _options = new();
    GatewayData? _data;
    ClockWatch? _watch;

    public ClockWatchTests()
    {
        _source = new FixedTimeSource(_time);
        _clock = new GatewayClock(_time, _options, [_source]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    [Trait("Ask", "Clock step handled")]
    [Fact]
    public async Task A_step_is_sealed_with_how_far_and_nothing_is_reordered()
    {
        await StartAsync();
        await LooksAsync(2);
        _time.Stepped = TimeSpan.FromSeconds(-90);
        await LooksAsync(1);
        _time.Stepped = TimeSpan.FromSeconds(-89.5);
        await LooksAsync(2);

        var step = Assert.Single(Events("step"));
        Assert.Equal(-90_000_000, step["body"]!["stepUs"]!.GetValue<long>());
        Assert.Equal("below-floor", step["clock"]!["state"]!.GetValue<string>());
        Assert.Contains("before the newest entry", _data!.Clock.Why, StringComparison.Ordinal);
    }

    [Trait("Ask", "Clock step handled")]
    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public async Task A_step_of_seconds_or_of_a_day_is_sealed_once_with_how_far_and_entries_stay_in_their_order(int seconds)
    {
        await StartAsync();
        await LooksAsync(2);
        _time.Stepped = TimeSpan.FromSeconds(seconds);
        await LooksAsync(3);

        Assert.Equal(seconds * 1_000_000L, Assert.Single(Events("step"))["body"]!["stepUs"]!.GetValue<long>());
        var entries = Entries();
        var at = entries.FindIndex(entry => entry["body"]?["event"]?.GetValue<string>() == "step");
        Assert.Equal(seconds > 0, string.CompareOrdinal(entries[at]["at"]!.GetValue<string>(), entries[at - 1]["at"]!.GetValue<string>()) > 0);
        Assert.True(entries[at]["clock"]!["monoUs"]!.GetValue<long>() > entries[at - 1]["clock"]!["monoUs"]!.GetValue<long>());
        Assert.Equal(seconds < 0, entries[at]["clock"]!["state"]!.GetValue<string>() == "below-floor");

        // On a busy machine the test's time has run through five seconds by now, and the clock is behind nothing any more.
        if (Math.Abs(seconds) > 5) Assert.Equal(seconds < 0, await WhyAsync() is not null);
    }

    [Fact]
    public async Task The_source_is_sealed_when_it_comes_and_at_most_once_a_minute_afterwards()
    {
        await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            _source.Why = i % 2 == 0 ? null : "no fix";
            await LooksAsync(17);
        }

        var changes = Events("source");
        Assert.InRange(changes.Count, 2, 4);
        Assert.Equal(
            """{"event":"source","from":{"source":"system","state":"unsynchronised"},"to":{"source":"gnss","state":"synchronised"}}""",
            changes[0]["body"]!.ToJsonString());
    }

    [Fact]
    public async Task A_jump_while_it_runs_stops_decisions_until_a_person_confirms_it_also_over_a_restart()
    {
        await StartAsync();
        await LooksAsync(2);
        Assert.Null(await WhyAsync());

        _time.Stepped = TimeSpan.FromDays(14 * 365);
        Assert.Contains("not synchronised", await WhyAsync(), StringComparison.Ordinal);
        await LooksAsync(2);
        Assert.Contains("jumped far forward", await WhyAsync(), StringComparison.Ordinal);
        Assert.Equal(14L * 365 * 86_400_000_000, Assert.Single(Events("jump"))["body"]!["jumpUs"]!.GetValue<long>());

        await StopAsync();
        await StartAsync();
        await LooksAsync(2);
        Assert.Contains("jumped far forward", await WhyAsync(), StringComparison.Ordinal);
        Assert.Single(Events("jump"));
        var refused = await Assert.ThrowsAsync<EdgeGateway.Gateway.GatewayException>(() => AskAsync("evidence-list", new JsonObject { ["review"] = "overdue" }));
        Assert.Contains("clock confirm", refused.Message, StringComparison.Ordinal);

        var answer = await AskAsync("clock-confirm", new JsonObject { ["reason"] = "looked at the station's wall clock" });
        Assert.True(answer["mayDecideByDate"]!.GetValue<bool>(), answer.ToJsonString());
        Assert.Null(await WhyAsync());
        var confirmed = Assert.Single(Events("confirmed"));
        Assert.Equal("account/admin", confirmed["actor"]!.GetValue<string>());
        Assert.Equal("""{"event":"confirmed"}""", confirmed["body"]!.ToJsonString());

        await StopAsync();
        await StartAsync();
        await LooksAsync(2);
        Assert.Null(await WhyAsync());
    }

    [Fact]
    public async Task A_box_that_was_off_for_long_waits_for_a_person_and_one_that_was_off_for_a_day_does_not()
    {
        await StartAsync();
        await StopAsync();
        _time.Advance(TimeSpan.FromHours(24));
        await StartAsync();
        await LooksAsync(2);
        Assert.Null(await WhyAsync());
        await StopAsync();
        _time.Advance(TimeSpan.FromHours(25));
        await StartAsync();
        await LooksAsync(2);

        // The monotonic clock says the same: no step, but long enough that the date might erase much.
        Assert.Empty(Events("step"));
        Assert.Single(Events("jump"));
        Assert.Contains("jumped far forward", await WhyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_back_after_a_wrong_jump_the_floor_stays_until_a_person_confirms_the_earlier_time()
    {
        await StartAsync();
        await LooksAsync(2);
        _time.Stepped = TimeSpan.FromDays(5000);
        await LooksAsync(2);
        _time.Stepped = TimeSpan.Zero;
        await LooksAsync(2);
        Assert.Contains("before the newest entry", await WhyAsync(), StringComparison.Ordinal);

        await StopAsync();
        await StartAsync();
        await LooksAsync(2);
        Assert.Contains("before the newest entry", await WhyAsync(), StringComparison.Ordinal);

        await AskAsync("clock-confirm", new JsonObject { ["reason"] = "a receiver had failed" });
        Assert.Null(await WhyAsync());
        await StopAsync();
        await StartAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _data!.Ledger.CatchUpAsync(CancellationToken.None);
        await LooksAsync(2);
        Assert.Null(await WhyAsync());
        Assert.Equal("synchronised", Entries()[^1]["clock"]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_step_at_a_restart_is_seen_against_the_newest_entry()
    {
        await StartAsync();
        await StopAsync();
        _time.Stepped = TimeSpan.FromMinutes(10);
        await StartAsync();
        Assert.Equal(600_000_000, Assert.Single(Events("step"))["body"]!["stepUs"]!.GetValue<long>());
        Assert.Empty(Events("jump"));
    }

    [Fact]
    public async Task A_reason_that_says_nothing_and_a_time_before_the_build_are_not_confirmed()
    {
        await StartAsync();
        await Assert.ThrowsAsync<GatewayException>(() => AskAsync("clock-confirm", new JsonObject { ["reason"] = "  " }));
        await Assert.ThrowsAsync<GatewayException>(() => AskAsync("clock-confirm", []));
        _time.Stepped = TimeSpan.FromDays(-10_000);
        var refused = await Assert.ThrowsAsync<GatewayException>(() => AskAsync("clock-confirm", new JsonObject { ["reason"] = "so it says" }));
        Assert.Contains("before this version was built", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Events("confirmed"));
    }

    async Task StartAsync()
    {
        await _clock.PollAsync(CancellationToken.None);
        var settings = new GatewaySettings(
            new GatewayOptions { Origin = "station-01.example", Profiles = Path.Combine(DocsFolder.Root, "device-profiles") },
            new LedgerOptions { SegmentBytes = 1 << 20, ReserveBytes = 0 });
        _data = await GatewayData.OpenAsync(_folder["data"], settings, _clock, _time, NullLoggerFactory.Instance);
        _watch = new ClockWatch(_clock, _data.Clock, _options, _data.Ledger, _time, NullLogger<ClockWatch>.Instance);
        await _watch.StartAsync(CancellationToken.None);
        await _data.Ledger.CatchUpAsync(CancellationToken.None);
    }

    async Task StopAsync()
    {
        if (_data is null) return;
        await _watch!.StopAsync(CancellationToken.None);
        _watch.Dispose();
        await _data.DisposeAsync();
        _data = null;
    }

    /// <summary>So many seconds pass, and the watch has looked at each.</summary>
    async Task LooksAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            var looks = _watch!.Looks;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            _time.Advance(TimeSpan.FromSeconds(1));
            while (_watch.Looks == looks)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        await _data!.Ledger.CatchUpAsync(CancellationToken.None);
    }

    async Task<string?> WhyAsync()
    {
        await _data!.CatchUpViewsAsync(CancellationToken.None);
        return _data.Clock.Why;
    }

    async Task<JsonNode> AskAsync(string command, JsonObject arguments)
    {
        using var registrar = new DeviceRegistrar(_data!);
        return await new CommandTable(_data!, registrar, _time).Find(command)!(arguments, Actor.LocalAdministrator, CancellationToken.None);
    }

    List<JsonNode> Entries() => [.. _data!.Ledger.Read(0, 10_000).Select(record => JsonNode.Parse(record.Leaf.Span)!)];

    List<JsonNode> Events(string name) =>
        [.. Entries().Where(entry => entry["kind"]!.GetValue<string>() == "clock" && entry["body"]!["event"]!.GetValue<string>() == name)];
}
