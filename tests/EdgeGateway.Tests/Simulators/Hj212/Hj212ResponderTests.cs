using EdgeGateway.Simulators.Hj212;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Simulators.Hj212;

public sealed class Hj212ResponderTests
{
    const string Mn = "010000A8900016F000169DC0";

    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 5, 0, 0, TimeSpan.Zero));
    readonly Hj212Responder _responder;

    public Hj212ResponderTests() => _responder = new Hj212Responder(Mn, "123456", _time);

    [Fact]
    public void What_is_asked_for_comes_between_9011_and_9012_with_the_QN_of_the_request()
    {
        var answers = _responder.Respond(Request("1", "1061", ""));

        Assert.Equal(["9011", "1061", "9012"], answers.Select(answer => answer["CN"]));
        Assert.Equal(["QnRtn=1", "RtdInterval=30", "ExeRtn=1"], answers.Select(answer => answer.Cp));
        Assert.Equal(["91", "32", "91"], answers.Select(answer => answer["ST"]));
        Assert.All(answers, answer => Assert.Equal(("1", "4", Mn), (answer["QN"], answer["Flag"], answer["MN"])));
    }

    [Fact]
    public void What_it_is_told_it_keeps()
    {
        Assert.Equal(["9011", "9012"], _responder.Respond(Request("1", "1062", "RtdInterval=60")).Select(answer => answer["CN"]));
        _responder.Respond(Request("2", "1000", "OverTime=5;ReCount=4"));

        Assert.Equal("RtdInterval=60", _responder.Respond(Request("3", "1061", ""))[1].Cp);
        Assert.Equal(("5", "4"), (_responder.Settings["OverTime"], _responder.Settings["ReCount"]));
    }

    [Fact]
    public void Its_clock_is_set_and_a_resend_of_the_request_sets_it_no_second_time()
    {
        _responder.Respond(Request("1", "1012", "PolId=w01018;SystemTime=20261122130010"));
        Assert.Equal(TimeSpan.FromSeconds(10), _responder.Offset);

        Assert.Equal(2, _responder.Respond(Request("1", "1012", "PolId=w01018;SystemTime=20261122130020")).Count);
        Assert.Equal(TimeSpan.FromSeconds(10), _responder.Offset);
        Assert.Equal("SystemTime=20261122130010", _responder.Respond(Request("2", "1011", ""))[1].Cp);
    }

    [Theory]
    [InlineData("1061", "000000", "QnRtn=3")]
    [InlineData("3099", "123456", "QnRtn=8")]
    public void A_wrong_password_and_an_unknown_command_are_refused(string command, string password, string told) =>
        Assert.Equal(told, Assert.Single(_responder.Respond(Request("1", command, "", password))).Cp);

    [Fact]
    public void What_is_for_another_or_wants_no_answer_or_is_one_is_left_alone()
    {
        Assert.Empty(new Hj212Responder("OTHER", "123456", _time).Respond(Request("1", "1061", "")));
        Assert.Empty(_responder.Respond(Request("1", "9014", "")));
        Assert.Empty(_responder.Respond(Request("1", "1061", "", flag: "4")));
    }

    static Hj212Frame Request(string qn, string command, string cp, string password = "123456", string flag = "5") =>
        new([("QN", qn), ("ST", "32"), ("CN", command), ("PW", password), ("MN", Mn), ("Flag", flag)], cp);
}
