using System.Text;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial;

public sealed class SerialWireTests
{
    static readonly byte[] Realtime = Hj212Vectors.Bytes(Hj212Vectors.Realtime);
    static readonly byte[] Answer = Hj212Vectors.Bytes(Hj212Vectors.DataAnswer);
    static readonly byte[] NoAnswerWanted = Frame("QN=20260101000000001;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20260101000000&&");

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser());

    [Fact]
    public async Task A_frame_is_handed_over_byte_for_byte_with_what_was_read_in_it()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime[..50], Realtime[50..]);
        var arrival = (await wire.Sealer.NextAsync()).Arrival!;

        Assert.Equal(Realtime, arrival.Payload.ToArray());
        Assert.Equal("analyser-1", arrival.Device.Id.Value);
        Assert.Equal("any", arrival.Message.Name);
        Assert.Equal(SerialTestDirectory.Line, arrival.Address);
        Assert.Equal(Authentication.Line, arrival.Authentication);
        Assert.Equal(wire.Time.GetUtcNow(), arrival.ReceivedAt);
        Assert.Equal("20160801085857223/2011", arrival.Interpretation.EventId);
        Assert.Equal("20160801085857", arrival.Interpretation.CapturedAt);
        Assert.Equal(new SerialLineSettings(9600, 8, SerialParity.None, 1), port.Settings);
    }

    [Fact]
    public async Task The_device_is_answered_only_once_its_frame_is_sealed()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime);
        var sealing = await wire.Sealer.NextAsync();
        await port.SendAsync(NoAnswerWanted);
        await wire.Sealer.NextAsync();
        Assert.False(port.HasAnswer);

        sealing.Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await port.AnswerAsync());
    }

    [Fact]
    public async Task Reading_goes_on_while_seals_are_pending_and_answers_leave_in_order()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Numbered(1), Numbered(2), Numbered(3));
        var first = await wire.Sealer.NextAsync();
        var second = await wire.Sealer.NextAsync();
        var third = await wire.Sealer.NextAsync();
        third.Complete(SealStatus.Sealed);
        second.Complete(SealStatus.Sealed);
        first.Complete(SealStatus.Sealed);

        for (var number = 1; number <= 3; number++)
        {
            Assert.Contains($"QN={number};", Encoding.ASCII.GetString(await port.AnswerAsync()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_frame_that_wants_no_answer_gets_none()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(NoAnswerWanted, Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        // Answers leave in order: the first to come out is the second frame's.
        Assert.Equal(Answer, await port.AnswerAsync());
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task A_resend_is_answered_again()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await port.AnswerAsync());
        await port.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Repeated);

        Assert.Equal(Answer, await port.AnswerAsync());
    }

    [Fact]
    public async Task What_could_not_be_sealed_is_not_answered_and_the_next_frame_is()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Numbered(1), Numbered(2));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Unavailable);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Contains("QN=2;", Encoding.ASCII.GetString(await port.AnswerAsync()), StringComparison.Ordinal);
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task A_seal_that_takes_too_long_is_not_answered_and_does_not_hold_up_the_next()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Numbered(1));
        await wire.Sealer.NextAsync();
        await port.SendAsync(Numbered(2));
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Contains("QN=2;", Encoding.ASCII.GetString(await wire.PassTimeUntilAsync(port.AnswerAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_read_while_as_many_seals_are_pending_as_may()
    {
        await using var wire = await StartAsync(("Serial:MaximumPending", "2"));
        var port = await _ports.OpenedAsync();

        await port.SendAsync([.. Enumerable.Range(1, 20).Select(Numbered)]);
        var sealing = await wire.Sealer.NextAsync();
        // One whose outcome is awaited, two in the queue, and one that waits to get in.
        for (var i = 0; i < 3; i++) await wire.Sealer.NextAsync();
        Assert.Equal(4, wire.Sealer.Count);

        sealing.Complete(SealStatus.Sealed);
        await wire.Sealer.NextAsync();
        Assert.Equal(5, wire.Sealer.Count);
    }

    [Theory]
    [InlineData(Hj212Vectors.WrongCrc, RefusalReason.CrcMismatch)]
    [InlineData("##0136ST=32", RefusalReason.LineNoise)]
    public async Task Damaged_frames_and_noise_are_kept_and_never_answered(string damaged, RefusalReason reason)
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Hj212Vectors.Bytes(damaged), Realtime);
        var refused = await wire.Sealer.NextAsync();
        refused.Complete(SealStatus.Sealed);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Equal(reason, refused.Refusal!.Reason);
        Assert.Equal(Hj212Vectors.Bytes(damaged), refused.Refusal.Payload.ToArray());
        Assert.Equal("analyser-1", refused.Refusal.Device?.Id.Value);
        Assert.Equal(Answer, await port.AnswerAsync());
        Assert.False(port.HasAnswer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_refused_of_a_line_that_only_benches_are_on_is_a_benchs_whoever_sent_it(bool both)
    {
        var other = SerialTestDirectory.Analyser("analyser-2", "010000A8900016F000169DC1") with { IsBench = both };
        _directory.Replace(SerialTestDirectory.Analyser() with { IsBench = true }, other);
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Hj212Vectors.Bytes(Hj212Vectors.WrongCrc), Realtime);
        var refused = await wire.Sealer.NextAsync();

        Assert.Null(refused.Refusal!.Device);
        Assert.Equal(both, refused.Refusal.IsOfBenches);
    }

    [Theory]
    [InlineData("QN=1;CN=2011;MN=STRANGER;Flag=5;CP=&&&&", RefusalReason.UnknownDevice)]
    [InlineData("QN=1;CN=9999;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&", RefusalReason.Malformed)]
    [InlineData("QN=1;CN=2011;Flag=5;CP=&&&&", RefusalReason.Malformed)]
    public async Task A_good_frame_that_nobody_is_registered_for_is_kept_and_not_answered(string data, RefusalReason reason)
    {
        _directory.Replace(SerialTestDirectory.Analyser(profile: SerialTestDirectory.Profile(SerialTestDirectory.Rule("realtime", commands: "2011"))));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Frame(data), Realtime);
        var refused = await wire.Sealer.NextAsync();
        refused.Complete(SealStatus.Sealed);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Equal(reason, refused.Refusal!.Reason);
        Assert.Equal(Frame(data), refused.Refusal.Payload.ToArray());
        Assert.Equal(Answer, await port.AnswerAsync());
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task On_a_shared_line_each_frame_is_its_senders_and_noise_is_nobodys()
    {
        _directory.Replace(SerialTestDirectory.Analyser(), SerialTestDirectory.Analyser("analyser-2", "SECOND"));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Frame("CN=2011;MN=SECOND;CP=&&&&"), "noise"u8.ToArray(), Realtime);

        Assert.Equal("analyser-2", (await wire.Sealer.NextAsync()).Arrival!.Device.Id.Value);
        Assert.Null((await wire.Sealer.NextAsync()).Refusal!.Device);
        Assert.Equal("analyser-1", (await wire.Sealer.NextAsync()).Arrival!.Device.Id.Value);
    }

    [Fact]
    public async Task Telemetry_is_answered_on_receipt()
    {
        _directory.Replace(SerialTestDirectory.Analyser(profile: SerialTestDirectory.Profile(SerialTestDirectory.Rule("state", MessageClass.Telemetry))));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime);

        Assert.Equal(Realtime, (await wire.Sealer.ObservedAsync()).Payload.ToArray());
        Assert.Equal(Answer, await port.AnswerAsync());
        Assert.Equal(0, wire.Sealer.Count);
    }

    [Trait("Ask", "No stall on bad input")]
    [Fact]
    public async Task A_thousand_bad_frames_do_not_keep_out_the_next_good_one()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        var sending = port.SendAsync([.. Enumerable.Repeat(Hj212Vectors.Bytes(Hj212Vectors.WrongCrc), 1000), Realtime]);
        for (var i = 0; i < 1000; i++) (await wire.Sealer.NextAsync()).Complete(SealStatus.Counted);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        Assert.Equal(Answer, await port.AnswerAsync());
        await sending;
    }

    Task<SerialTestWire> StartAsync(params (string Key, string Value)[] settings) => SerialTestWire.StartAsync(_directory, _ports, settings);

    static byte[] Numbered(int number) => Frame($"QN={number};ST=31;CN=2011;PW=123456;MN={SerialTestDirectory.Mn};Flag=5;CP=&&&&");

    static byte[] Frame(string data) => Hj212Frame.Encode(Encoding.ASCII.GetBytes(data));
}
