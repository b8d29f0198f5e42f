using EdgeGateway.Retention;

namespace EdgeGateway.Tests.Retention;

public sealed class StorageAlarmTests
{
    [Trait("Ask", "Retention obeyed, by size too")]
    [Theory]
    [InlineData(201, 0)]
    [InlineData(200, 80)]
    [InlineData(101, 80)]
    [InlineData(100, 90)]
    [InlineData(51, 90)]
    [InlineData(50, 95)]
    [InlineData(0, 95)]
    public void The_highest_step_that_is_reached_is_the_alarm(long free, int step) => Assert.Equal(step, StorageAlarm.Of(free, 1000).Step);

    [Theory]
    [InlineData("6", true)]
    [InlineData("permanent", true)]
    [InlineData("as-case", true)]
    [InlineData("0", false)]
    [InlineData("1201", false)]
    [InlineData("-1", false)]
    [InlineData("6 months", false)]
    [InlineData("", false)]
    public void A_period_is_months_permanent_or_as_case(string text, bool good) => Assert.Equal(good, RetentionPeriod.TryParse(text, out _));

    [Fact]
    public void Settings_that_mean_nothing_are_all_named()
    {
        var options = new RetentionOptions { Default = "soon", Tagged = "maybe", Erase = "now" };
        options.Classes["Video"] = "6";
        options.Classes["photo"] = "x";

        Assert.Equal(5, new RetentionOptionsValidator().Validate(null, options).Failures!.Count());
    }
}
