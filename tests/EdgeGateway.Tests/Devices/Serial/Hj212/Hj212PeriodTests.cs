using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed class Hj212PeriodTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData("2051", 40, false)]
    [InlineData("2051", 41, true)]
    [InlineData("2061", 70, false)]
    [InlineData("2061", 71, true)]
    [InlineData("2031", 24 * 60 + 10, false)]
    [InlineData("2031", 24 * 60 + 11, true)]
    [InlineData("2041", 24 * 60 + 11, true)]
    public void A_frame_is_backfill_once_it_comes_later_than_its_period_and_ten_minutes(string command, int minutes, bool isBackfill) =>
        Assert.Equal(isBackfill, Hj212Period.Of(command, Start, Start.AddMinutes(minutes))!.IsBackfill);

    [Fact]
    public void Data_of_a_moment_have_no_period() => Assert.Null(Hj212Period.Of("2011", Start, Start));

    [Fact]
    public void A_time_at_the_end_of_the_calendar_is_no_period() => Assert.Null(Hj212Period.Of("2031", DateTimeOffset.MaxValue, Start));

    [Theory]
    [InlineData("2011", false)]
    [InlineData("2061", true)]
    public void The_interpretation_says_that_a_time_is_the_beginning_of_a_period(string command, bool isStart)
    {
        var frame = Hj212Frame.Encode(System.Text.Encoding.ASCII.GetBytes($"QN=1;CN={command};MN=A;CP=&&DataTime=20261122080000&&"));

        var read = Hj212Interpretation.Read(SerialTestDirectory.Rule("any"), frame);

        Assert.Equal(Start, read.CapturedAtUtc);
        Assert.Equal(isStart, read.IsPeriodStart);
    }
}
