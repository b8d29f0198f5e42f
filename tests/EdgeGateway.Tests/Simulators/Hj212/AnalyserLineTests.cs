using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Hj212;

public sealed class AnalyserLineTests : IAsyncLifetime, IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-line-");
    readonly SimTranscript _transcript = new();
    readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));
    readonly Pace _pace = new(TimeProvider.System, null);
    PtyPair? _pair;

    string Near => Path.Combine(_folder.FullName, "near");

    string Far => Path.Combine(_folder.FullName, "far");

    public async Task InitializeAsync() => _pair = await PtyPair.OpenAsync(Near, Far, TimeProvider.System, _stop.Token);

    [Fact]
    public async Task A_frame_is_sent_byte_for_byte_and_acknowledged_by_the_9014_with_its_QN()
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, answers: 2, ignore: 0, _stop.Token);
        await RunAsync(Message(1), Message(2));
        var received = await answering;
        Assert.Equal([Message(1).EventId, Message(2).EventId], received.Select(frame => frame["QN"]));
        Assert.Equal(Message(1).Payload.ToArray(), received[0].Encode());
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(1));
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(2));
    }

    [Fact]
    public async Task Without_an_answer_it_is_sent_again_with_the_same_QN_and_given_up_after_the_last_resend()
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, answers: 1, ignore: 4, _stop.Token);
        await RunAsync(Message(1), Message(2));
        Assert.Equal([1L, 1, 1, 1, 2], (await answering).Select(frame => frame["QN"] == Message(1).EventId ? 1L : 2));
        Assert.Equal(
            [TranscriptEvent.Sent, TranscriptEvent.Resent, TranscriptEvent.Resent, TranscriptEvent.Resent, TranscriptEvent.Dropped],
            _transcript.EventsOf(1));
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(2));
    }

    [Theory]
    [InlineData("BitFlip")]
    [InlineData("HalfFrame")]
    public async Task A_damaged_frame_is_written_down_as_such_and_sent_whole_afterwards(string fault)
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, answers: 1, ignore: 0, _stop.Token);
        await RunAsync(Message(1) with { Faults = [new Fault(Enum.Parse<FaultKind>(fault), Bit: 100)] });
        Assert.Equal(Message(1).Payload.ToArray(), Assert.Single(await answering).Encode());
        Assert.Equal([TranscriptEvent.Damaged, TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(1));
        Assert.NotEqual(Message(1).Sha256, _transcript.Entries[0].Sha256);
    }

    [Fact]
    public async Task A_storm_sends_the_same_frame_many_times_and_later_answers_to_it_disturb_nothing()
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, answers: 5, ignore: 0, _stop.Token);
        await RunAsync(Message(1) with { Faults = [new Fault(FaultKind.DuplicateStorm, Copies: 3)] }, Message(2));
        Assert.Equal([1L, 1, 1, 1, 2], (await answering).Select(frame => frame["QN"] == Message(1).EventId ? 1L : 2));
        Assert.Equal(3, _transcript.Count(TranscriptEvent.Resent));
        Assert.Equal(2, _transcript.Count(TranscriptEvent.Acknowledged));
    }

    [Fact]
    public async Task A_line_that_is_not_there_yet_is_opened_when_it_is()
    {
        _pair!.Dispose();
        _pair = null;
        using var run = Run([Message(1)], TimeSpan.FromSeconds(20));
        var running = run.RunAsync(_pace, _stop.Token);
        while (run.Problem?.Contains(Near, StringComparison.Ordinal) != true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _pair = await PtyPair.OpenAsync(Near, Far, TimeProvider.System, _stop.Token);
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        await SimHj212Host.AnswerAsync(gateway, answers: 1, ignore: 0, _stop.Token);
        await running;
        Assert.Null(run.Problem);
        Assert.Equal(1, _transcript.Count(TranscriptEvent.Acknowledged));
    }

    [Fact]
    public async Task A_stop_lets_the_exchange_that_is_on_have_its_time_and_begins_no_other()
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        using var stop = new CancellationTokenSource();
        using var run = Run([Message(1), Message(2)], TimeSpan.FromSeconds(20));
        var running = run.RunAsync(_pace, stop.Token);
        await _transcript.WaitForAsync(TranscriptEvent.Sent, 1);
        await stop.CancelAsync();
        await SimHj212Host.AnswerAsync(gateway, answers: 1, ignore: 0, _stop.Token);
        await running;
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged], _transcript.EventsOf(1));
        Assert.Empty(_transcript.EventsOf(2));
    }

    [Fact]
    public async Task A_replay_is_an_old_frame_byte_for_byte_and_no_new_message()
    {
        using var gateway = await SerialLine.OpenAsync(Far, _stop.Token);
        var answering = SimHj212Host.AnswerAsync(gateway, answers: 3, ignore: 0, _stop.Token);
        await RunAsync(Message(1), Message(2) with { Faults = [new Fault(FaultKind.Replay)] });
        Assert.Equal([1L, 2, 1], (await answering).Select(frame => frame["QN"] == Message(1).EventId ? 1L : 2));
        Assert.Equal([TranscriptEvent.Sent, TranscriptEvent.Acknowledged, TranscriptEvent.Resent, TranscriptEvent.Acknowledged], _transcript.EventsOf(1));
    }

    [Fact]
    public async Task An_unplugged_line_is_gone_for_the_other_end_and_comes_back_under_the_same_path()
    {
        var link = Path.Combine(_folder.FullName, "usb");
        using var run = Run([Message(1), Message(2) with { Faults = [new Fault(FaultKind.Unplug)] }], TimeSpan.FromSeconds(20), new SerialEnd(link, IsOwn: true));
        var running = run.RunAsync(_pace, _stop.Token);
        await _transcript.WaitForAsync(TranscriptEvent.Sent, 1);
        using (var before = await SerialLine.OpenAsync(link, _stop.Token))
        {
            await SimHj212Host.AnswerAsync(before, answers: 1, ignore: 0, _stop.Token);
            await _transcript.WaitForAsync(TranscriptEvent.Sent, 2);
            Assert.Throws<IOException>(() => before.Read(new byte[1], TimeSpan.FromSeconds(20)));
        }

        using (var after = await SerialLine.OpenAsync(link, _stop.Token)) await SimHj212Host.AnswerAsync(after, answers: 1, ignore: 0, _stop.Token);
        await running;
        Assert.Equal((2, 2), (run.Connects, _transcript.Count(TranscriptEvent.Acknowledged)));
        run.Dispose();
        Assert.False(Path.Exists(link));
    }

    [Fact]
    public async Task A_pair_takes_no_place_of_a_file()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "mine");
        await Assert.ThrowsAsync<IOException>(() => PtyPair.OpenAsync(file, Path.Combine(_folder.FullName, "b"), TimeProvider.System, _stop.Token));
        await Assert.ThrowsAsync<IOException>(() => new SerialEnd(file, IsOwn: true).OpenAsync(_stop.Token));
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _pair?.Dispose();
        _pace.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task RunAsync(params PlannedMessage[] messages)
    {
        using var run = Run(messages, TimeSpan.FromMilliseconds(400));
        await run.RunAsync(_pace, _stop.Token);
    }

    AnalyserLineRun Run(PlannedMessage[] messages, TimeSpan answerTimeout, SerialEnd? end = null) => new(
        "test", end ?? new SerialEnd(Near), [new AnalyserOnLine(new SimFixedPlan(messages), null, answerTimeout, 3)], _transcript, TimeProvider.System, TimeSpan.FromSeconds(20));

    static PlannedMessage Message(long n)
    {
        var qn = $"2026010508000000{n}";
        var frame = new Hj212Frame(
            [("QN", qn), ("ST", "32"), ("CN", "2011"), ("PW", "123456"), ("MN", "010000A8900016F000169DC0"), ("Flag", "5")],
            "DataTime=20260105080000;w01018-Rtd=40.1,w01018-Flag=N");
        return new PlannedMessage("sim-1", n, TimeSpan.Zero, "test", frame.Encode()) { Class = MessageClass.Evidence, EventId = qn };
    }
}
