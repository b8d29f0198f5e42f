using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Devices;

public class LiarPlanTests
{
    [Fact]
    public void A_liar_breaks_each_rule_in_turn_and_says_which_messages_are_lies()
    {
        var messages = Plan(number: 1).Messages().Take(10).ToList();

        Assert.Equal(
            [
                "Evidence event/alarm", "Lie event/alarm", "Part media/lie-00000002/manifest", "Lie media/lie-00000002/chunk/7", "Part media/lie-00000003/manifest",
                "Lie media/lie-00000003/chunk/0", "Part media/lie-00000004/manifest", "Lie media/lie-00000004/chunk/0", "Evidence event/alarm", "Lie media/lie-00000006/chunk/0",
            ],
            messages.Select(message => $"{message.Class} {string.Join('/', message.Address.Split('/')[3..])}"));
        Assert.Equal("edgegw/v1/liar-2/event/alarm", messages[1].Address);
        Assert.Equal(messages[0].EventId, messages[8].EventId);
        Assert.NotEqual(messages[0].Sha256, messages[8].Sha256);
        Assert.Equal(Enumerable.Range(1, 10), messages.Select(message => (int)message.Number));
    }

    [Fact]
    public void The_same_seed_tells_the_same_lies() =>
        Assert.Equal(Plan(2).Messages().Take(50).Select(message => message.Sha256), Plan(2).Messages().Take(50).Select(message => message.Sha256));

    static LiarPlan Plan(int number)
    {
        var scenario = SimSome.Scenario("""
            scenario: t
            fleets:
              - {kind: liar, name: liar, profile: p, count: 2}
            """);
        var fleet = Assert.IsType<LiarFleet>(scenario.Fleets[0]);
        Assert.True(fleet.Head.ExpectsRefusal);
        return new LiarPlan(fleet, number, SimSome.Clock, 1);
    }
}
