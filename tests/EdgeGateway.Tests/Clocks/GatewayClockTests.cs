using EdgeGateway.Clocks;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Clocks;

public sealed class GatewayClockTests
{
    readonly SteppingTime _time = new(BuildDate.Value.AddDays(3));
    readonly FixedTimeSource _source;
    readonly GatewayClock _clock;

    public GatewayClockTests()
    {
        _source = new FixedTimeSource(_time);
        _clock = new GatewayClock(_time, new ClockOptions(), [_source]);
    }

    [Fact]
    public async Task A_receiver_with_a_good_reading_synchronises_and_every_reading_says_how_well()
    {
        Assert.Equal(("system", ClockState.Unsynchronised, null, null), Facts());
        await _clock.PollAsync(CancellationToken.None);
        Assert.Equal(("gnss", ClockState.Synchronised, 12L, 34L), Facts());
    }

    [Fact]
    public async Task Without_news_a_reading_counts_for_four_polls_only()
    {
        await _clock.PollAsync(CancellationToken.None);
        _time.Advance(4 * new ClockOptions().PollInterval);
        Assert.Equal(ClockState.Synchronised, _clock.Read().State);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("gnss", ClockState.Unsynchronised, null, null), Facts());
    }

    [Fact]
    public async Task A_clock_that_is_further_off_than_allowed_is_not_synchronised_and_is_told_why()
    {
        (_source.OffsetMicroseconds, _source.UncertaintyMicroseconds) = (-600_000, 400_001);
        await _clock.PollAsync(CancellationToken.None);
        Assert.Equal(ClockState.Unsynchronised, _clock.Read().State);
        Assert.Contains("Clock:MaximumError", _clock.Quality.WhyNot, StringComparison.Ordinal);
        _source.UncertaintyMicroseconds = 400_000;
        await _clock.PollAsync(CancellationToken.None);
        Assert.Equal(ClockState.Synchronised, _clock.Read().State);
    }

    [Theory]
    [InlineData(1.1)]
    [InlineData(-1.1)]
    [InlineData(1e8)]
    public async Task A_step_of_the_wall_clock_ends_what_the_source_said_until_it_is_asked_again(double seconds)
    {
        await _clock.PollAsync(CancellationToken.None);
        _time.Stepped = TimeSpan.FromSeconds(seconds);
        Assert.Equal(("gnss", ClockState.Unsynchronised, null, null), Facts());
        await _clock.PollAsync(CancellationToken.None);
        Assert.Equal(ClockState.Synchronised, _clock.Read().State);
    }

    [Fact]
    public async Task A_time_before_the_build_is_below_the_floor_whatever_a_source_says()
    {
        _time.Stepped = TimeSpan.FromDays(-4);
        await _clock.PollAsync(CancellationToken.None);
        Assert.Equal(ClockState.BelowFloor, _clock.Read().State);
    }

    [Fact]
    public async Task The_first_source_with_a_good_reading_counts()
    {
        var chrony = new FixedTimeSource(_time, "chrony") { Why = "its stratum is 0" };
        var clock = new GatewayClock(_time, new ClockOptions(), [chrony, _source]);
        await clock.PollAsync(CancellationToken.None);
        Assert.Equal("gnss", clock.Read().Source);
        _source.Why = "no fix";
        await clock.PollAsync(CancellationToken.None);
        Assert.Equal(("system", ClockState.Unsynchronised), (clock.Read().Source, clock.Read().State));
        Assert.Contains("its stratum is 0", clock.Quality.WhyNot, StringComparison.Ordinal);
    }

    (string Source, ClockState State, long? Offset, long? Uncertainty) Facts()
    {
        var reading = _clock.Read();
        return (reading.Source, reading.State, reading.OffsetMicroseconds, reading.UncertaintyMicroseconds);
    }
}
