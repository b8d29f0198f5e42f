using EdgeGateway.Clocks;
using EdgeGateway.Ledger;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Clocks;

public sealed class GnssTimeSourceTests
{
    const string Line = "/dev/serial/by-id/gnss";

    readonly FakeTimeProvider _time = new(BuildDate.Value.AddDays(3));
    readonly GnssTimeSource _source;

    public GnssTimeSourceTests() => _source = new GnssTimeSource(_time);

    [Fact]
    public async Task Two_sentences_that_agree_give_the_time_to_half_a_second()
    {
        Hear(_time.GetUtcNow());
        Assert.Contains("do not agree yet", (await AskAsync()).Why, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(_time.GetUtcNow().AddMilliseconds(-200));

        var reading = (await AskAsync()).Reading!;
        Assert.Equal((-300_000, 500_000, _time.GetUtcNow()), (reading.OffsetMicroseconds, reading.UncertaintyMicroseconds, reading.At));
    }

    [Fact]
    public async Task The_gateways_clock_is_synchronised_by_it_and_says_so()
    {
        var clock = await GatewayClock.OpenAsync(new ClockOptions { Source = ClockOptions.Gnss }, _time, CancellationToken.None, _source);
        Assert.Contains("no receiver was heard yet", clock.Quality.WhyNot, StringComparison.Ordinal);

        Agree();
        await clock.PollAsync(CancellationToken.None);
        Assert.Equal(("gnss", ClockState.Synchronised), (clock.Read().Source, clock.Read().State));

        _source.NoFix(Line);
        await clock.PollAsync(CancellationToken.None);
        Assert.Equal(("system", ClockState.Unsynchronised), (clock.Read().Source, clock.Read().State));
        Assert.Contains("has no fix", clock.Quality.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_fell_silent_counts_for_four_polls_only()
    {
        var clock = await GatewayClock.OpenAsync(new ClockOptions { Source = ClockOptions.Gnss }, _time, CancellationToken.None, _source);
        Agree();
        _time.Advance(4 * new ClockOptions().PollInterval + TimeSpan.FromSeconds(1));
        await clock.PollAsync(CancellationToken.None);
        Assert.Contains("was last heard at", clock.Quality.WhyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1024 * 7)]
    [InlineData(1024 * 7 + 1)]
    [InlineData(-4)]
    public async Task A_date_that_can_t_be_is_refused(int days)
    {
        for (var second = 0; second < 3; second++)
        {
            Hear(_time.GetUtcNow().AddDays(days));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var answer = await AskAsync();
        Assert.Null(answer.Reading);
        Assert.Contains("may have rolled over", answer.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-2)]
    [InlineData(2.5)]
    public async Task A_sentence_that_leaps_is_not_believed_until_the_next_bears_it_out(double leap)
    {
        Agree();
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(_time.GetUtcNow().AddSeconds(leap));
        Assert.Null((await AskAsync()).Reading);

        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(_time.GetUtcNow().AddSeconds(leap));
        Assert.NotNull((await AskAsync()).Reading);
    }

    [Fact]
    public async Task Of_two_receivers_the_one_with_a_fix_counts()
    {
        Agree();
        _source.NoFix("/dev/other");
        Assert.NotNull((await AskAsync()).Reading);
    }

    void Agree()
    {
        Hear(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(_time.GetUtcNow());
    }

    void Hear(DateTimeOffset moment) => _source.Heard(Line, moment, _time.GetUtcNow());

    async Task<TimeSourceAnswer> AskAsync() => await _source.ReadAsync(CancellationToken.None);
}
