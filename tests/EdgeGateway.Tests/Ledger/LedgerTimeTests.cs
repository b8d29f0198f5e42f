using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Ledger;

public sealed class LedgerTimeTests
{
    [Theory]
    [InlineData("2026-11-22T05:06:07.123456Z")]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    [InlineData("2024-02-29T23:59:59.000001Z")]
    public void A_time_comes_back_as_it_was_written(string text)
    {
        Assert.True(LedgerTime.TryParse(text, out var time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(text, LedgerTime.Format(time));
        var bytes = new byte[LedgerTime.Length];
        LedgerTime.Format(time, bytes);
        Assert.Equal(text, Encoding.ASCII.GetString(bytes));
    }

    [Fact]
    public void What_a_microsecond_does_not_hold_is_cut_off_and_never_rounded_up()
    {
        var time = new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9_999_999);
        Assert.Equal("2026-12-31T23:59:59.999999Z", LedgerTime.Format(time));
        Assert.Equal("2026-12-31T23:59:59.999999Z", LedgerTime.Format(time.ToOffset(TimeSpan.FromHours(8))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-11-22T05:06:07Z")]
    [InlineData("2026-11-22T05:06:07.12345Z")]
    [InlineData("2026-11-22T05:06:07.1234567Z")]
    [InlineData("2026-11-22T05:06:07.123456")]
    [InlineData("2026-11-22T05:06:07.123456+00:00")]
    [InlineData("2026-11-22t05:06:07.123456z")]
    [InlineData("2026-11-22 05:06:07.123456Z")]
    [InlineData(" 2026-11-22T05:06:07.123456Z")]
    [InlineData("2026-11-22T05:06:07.123456Z ")]
    [InlineData("2026-02-29T05:06:07.123456Z")]
    [InlineData("2026-11-22T24:00:00.000000Z")]
    [InlineData("2026-11-22T05:06:60.000000Z")]
    public void Any_other_spelling_is_no_time(string? text) => Assert.False(LedgerTime.TryParse(text, out _));

    [Fact]
    public void Both_ways_of_formatting_agree_at_any_time()
    {
        var random = new Random(20261122);
        var bytes = new byte[LedgerTime.Length];
        for (var round = 0; round < 20_000; round++)
        {
            var time = new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
            LedgerTime.Format(time, bytes);
            Assert.Equal(LedgerTime.Format(time), Encoding.ASCII.GetString(bytes));
        }
    }

    [Fact]
    public void Too_little_room_is_refused()
    {
        Assert.Throws<ArgumentException>(() => LedgerTime.Format(DateTimeOffset.UnixEpoch, new byte[LedgerTime.Length - 1]));
    }
}
