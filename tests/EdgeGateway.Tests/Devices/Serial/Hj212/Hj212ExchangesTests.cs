using System.Text;
using System.Text.RegularExpressions;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed partial class Hj212ExchangesTests
{
    const string Mn = SerialTestDirectory.Mn;

    static readonly byte[] Realtime = Hj212Vectors.Bytes(Hj212Vectors.Realtime);

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser());

    [Fact]
    public async Task A_request_leaves_once_it_is_sealed_in_the_form_of_the_standard()
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.SetRealtimeInterval(30));
        var sealing = await wire.Sealer.NextAsync();
        Assert.False(port.HasAnswer);
        Assert.Equal(("1062", 1), (sealing.Request!.Command, sealing.Request.Attempt));
        sealing.Complete(SealStatus.Sealed);

        var sent = await port.AnswerAsync();
        Assert.Equal(sealing.Request.Bytes.ToArray(), sent);
        Assert.Equal(
            Frame($"QN={Number(sent)};ST=23;CN=1062;PW=123456;MN={Mn};Flag=5;CP=&&RtdInterval=30&&"), sent);
        Assert.StartsWith("20261122130000", Number(sent), StringComparison.Ordinal);

        await AnswerAsync(wire, port, Number(sent), "9011", "QnRtn=1");
        await AnswerAsync(wire, port, Number(sent), "9012", "ExeRtn=1");
        var answer = await asking;
        Assert.Equal((Hj212RequestState.Done, 1, "1", "1"), (answer.State, answer.Attempts, answer.RequestReturn, answer.ExecutionReturn));
        Assert.Equal(3, answer.Entries.Count);
    }

    [Fact]
    public async Task What_an_instrument_sends_back_between_9011_and_9012_is_given_out()
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.GetTime);
        var number = await SentAsync(wire, port);
        await AnswerAsync(wire, port, number, "9011", "QnRtn=1");
        await AnswerAsync(wire, port, number, "1011", "SystemTime=20261122130001");
        await AnswerAsync(wire, port, number, "9012", "ExeRtn=1");

        Assert.Equal([new Hj212Value("SystemTime", "20261122130001")], (await asking).Values);
    }

    [Theory]
    [InlineData("QnRtn=3", null, Hj212RequestState.Refused)]
    [InlineData("QnRtn=1", "ExeRtn=5", Hj212RequestState.Failed)]
    public async Task A_refusal_and_a_failure_are_told_with_their_codes(string accepted, string? done, Hj212RequestState state)
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.GetMinuteInterval);
        var number = await SentAsync(wire, port);
        await AnswerAsync(wire, port, number, "9011", accepted);
        if (done is not null) await AnswerAsync(wire, port, number, "9012", done);

        Assert.Equal(state, (await asking).State);
    }

    [Fact]
    public async Task Without_an_answer_it_is_sent_three_times_more_with_the_same_number()
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.SetTimeout(5, 3));
        var numbers = new HashSet<string>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var sealing = await wire.PassTimeUntilAsync(wire.Sealer.NextAsync());
            Assert.Equal(attempt, sealing.Request!.Attempt);
            sealing.Complete(SealStatus.Sealed);
            numbers.Add(Number(await port.AnswerAsync()));
        }

        var answer = await wire.PassTimeUntilAsync(asking);
        Assert.Equal((Hj212RequestState.NoAnswer, 4), (answer.State, answer.Attempts));
        Assert.Single(numbers);
    }

    [Fact]
    public async Task What_was_accepted_is_not_sent_again()
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.SetMinuteInterval(10));
        await AnswerAsync(wire, port, await SentAsync(wire, port), "9011", "QnRtn=1");

        Assert.Equal(Hj212RequestState.NoResult, (await wire.PassTimeUntilAsync(asking)).State);
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task Answers_of_another_instrument_and_of_another_exchange_do_not_count()
    {
        _directory.Replace(SerialTestDirectory.Analyser(), SerialTestDirectory.Analyser("analyser-2", "SECOND"));
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.GetTime);
        var number = await SentAsync(wire, port);
        await AnswerAsync(wire, port, number, "9011", "QnRtn=2", "SECOND");
        await AnswerAsync(wire, port, "20200101000000000", "9011", "QnRtn=2");
        await AnswerAsync(wire, port, number, "9011", "QnRtn=1");
        await AnswerAsync(wire, port, number, "9012", "ExeRtn=1");

        Assert.Equal(Hj212RequestState.Done, (await asking).State);
    }

    [Fact]
    public async Task Two_requests_on_a_line_take_turns()
    {
        _directory.Replace(SerialTestDirectory.Analyser(), SerialTestDirectory.Analyser("analyser-2", "SECOND"));
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);
        await port.SendAsync(Frame("QN=2;ST=31;CN=2011;MN=SECOND;Flag=4;CP=&&&&"));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        await port.SendAsync(Frame($"QN=3;ST=31;CN=2011;MN={Mn};Flag=4;CP=&&&&"));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        var first = Ask(wire, Hj212Request.GetTime);
        var second = wire.Requests.AskAsync(_directory.Current.All.Single(device => device.Mn == "SECOND"), Hj212Request.GetTime, Asker.Gateway, default);
        var number = await SentAsync(wire, port);
        Assert.False(wire.Sealer.HasMore);
        await AnswerAsync(wire, port, number, "9011", "QnRtn=2");
        await first;
        var next = await SentAsync(wire, port);

        Assert.NotEqual(number, next);
        await AnswerAsync(wire, port, next, "9011", "QnRtn=2", "SECOND");
        await second;
    }

    [Fact]
    public async Task What_could_not_be_sealed_is_not_sent()
    {
        await using var wire = await StartAsync();
        var port = await HeardAsync(wire);

        var asking = Ask(wire, Hj212Request.GetTime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Unavailable);

        Assert.Equal(Hj212RequestState.NotSealed, (await asking).State);
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task An_instrument_that_was_not_heard_is_not_asked()
    {
        await using var wire = await StartAsync();
        await (await _ports.OpenedAsync()).SendAsync(Hj212Vectors.Bytes(Hj212Vectors.WrongCrc));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Equal(Hj212RequestState.NotHeard, (await Ask(wire, Hj212Request.GetTime)).State);
    }

    [Fact]
    public async Task An_instrument_that_asks_for_the_time_is_answered_and_then_given_it()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Hj212Vectors.Bytes(Hj212Vectors.Notice));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Hj212Vectors.Bytes(Hj212Vectors.NoticeAnswer), await port.AnswerAsync());

        var sealing = await wire.Sealer.NextAsync();
        Assert.Equal("1012", sealing.Request!.Command);
        Assert.Equal(Asker.Gateway, sealing.Request.Asker);
        sealing.Complete(SealStatus.Sealed);
        var sent = Encoding.ASCII.GetString(await port.AnswerAsync());
        Assert.Contains("CP=&&PolId=w01018;SystemTime=20261122130000&&", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_clock_is_not_to_be_trusted_no_time_is_given_and_an_entry_says_so()
    {
        await using var wire = await StartAsync();
        wire.Sealer.Why = "It is not synchronised.";
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Hj212Vectors.Bytes(Hj212Vectors.Notice));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Hj212Vectors.Bytes(Hj212Vectors.NoticeAnswer), await port.AnswerAsync());

        var said = await wire.Sealer.NextAsync();
        Assert.Equal("analyser-1", said.TimeNotSet?.Id.Value);
        said.Complete(SealStatus.Sealed);
        Assert.False(port.HasAnswer);
        Assert.Equal(Hj212RequestState.ClockNotTrusted, (await Ask(wire, Hj212Request.SetTime)).State);
    }

    [Fact]
    public async Task A_repeated_request_for_the_time_is_answered_and_sets_it_once()
    {
        await using var wire = await StartAsync();
        wire.Sealer.Why = "It is not synchronised.";
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Hj212Vectors.Bytes(Hj212Vectors.Notice));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Repeated);
        Assert.Equal(Hj212Vectors.Bytes(Hj212Vectors.NoticeAnswer), await port.AnswerAsync());
        await port.SendAsync(Realtime);

        Assert.NotNull((await wire.Sealer.NextAsync()).Arrival);
    }

    [Theory]
    [InlineData(29)]
    [InlineData(3601)]
    public void An_interval_outside_the_standard_is_no_request(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Hj212Request.SetRealtimeInterval(seconds));

    Task<SerialTestWire> StartAsync() => SerialTestWire.StartAsync(_directory, _ports);

    /// <summary>The line, once the instrument has sent its first frame.</summary>
    async Task<SerialTestPort> HeardAsync(SerialTestWire wire)
    {
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        await port.AnswerAsync();
        // The answer may be out before the frame is taken note of; before the next piece is handed over it is.
        await port.SendAsync(Frame($"QN=1;ST=23;CN=2011;PW=123456;MN={Mn};Flag=4;CP=&&&&"));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        return port;
    }

    Task<Hj212Answer> Ask(SerialTestWire wire, Hj212Request request) =>
        wire.Requests.AskAsync(_directory.Current.All.First(device => device.Mn == Mn), request, Asker.Gateway, default);

    static async Task<string> SentAsync(SerialTestWire wire, SerialTestPort port)
    {
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        return Number(await port.AnswerAsync());
    }

    static async Task AnswerAsync(SerialTestWire wire, SerialTestPort port, string number, string command, string cp, string mn = Mn)
    {
        await port.SendAsync(Frame($"QN={number};ST=91;CN={command};PW=123456;MN={mn};Flag=4;CP=&&{cp}&&"));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
    }

    static string Number(byte[] frame) => QnIn().Match(Encoding.ASCII.GetString(frame)).Groups["qn"].Value;

    static byte[] Frame(string data) => Hj212Frame.Encode(Encoding.ASCII.GetBytes(data));

    [GeneratedRegex("QN=(?<qn>[0-9]+);")]
    private static partial Regex QnIn();
}
