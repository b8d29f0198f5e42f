using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial;

/// <summary>How lines open, fail, come back and close.</summary>
public sealed class SerialLineLifeTests
{
    static readonly byte[] Realtime = Hj212Vectors.Bytes(Hj212Vectors.Realtime);
    static readonly byte[] Answer = Hj212Vectors.Bytes(Hj212Vectors.DataAnswer);

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser());

    [Fact]
    public async Task When_the_other_end_dies_the_line_is_opened_again_and_half_a_frame_is_kept()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime, Realtime[..60]);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await port.AnswerAsync());
        port.Die();
        var rest = await wire.Sealer.NextAsync();
        Assert.Equal(RefusalReason.LineNoise, rest.Refusal!.Reason);
        Assert.Equal(Realtime[..60], rest.Refusal.Payload.ToArray());
        await port.Closed;

        var again = await wire.PassTimeUntilAsync(_ports.OpenedAsync());
        await again.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Repeated);
        Assert.Equal(Answer, await again.AnswerAsync());
    }

    [Fact]
    public async Task A_device_node_that_is_gone_is_noticed_though_the_read_says_nothing()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        port.IsPresent = false;

        Assert.NotSame(port, await wire.PassTimeUntilAsync(_ports.OpenedAsync()));
        await port.Closed;
    }

    [Fact]
    public async Task A_line_that_is_silent_for_longer_than_its_profile_allows_is_opened_again_and_heard_at_once()
    {
        var silence = TimeSpan.FromMinutes(1);
        _directory.Replace(SerialTestDirectory.Analyser(profile: SerialTestDirectory.Profile() with { Silence = silence }));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await port.AnswerAsync());

        // Its node is there, and the read says nothing: what an adapter pulled out and put back may look like.
        var silentSince = wire.Time.GetUtcNow();
        var again = await wire.PassTimeUntilAsync(_ports.OpenedAsync());
        Assert.True(wire.Time.GetUtcNow() - silentSince >= silence);
        await port.Closed;

        await again.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Repeated);
        Assert.Equal(Answer, await again.AnswerAsync());
    }

    [Fact]
    public async Task A_line_whose_frames_wait_for_a_busy_sealer_is_not_silent_and_loses_nothing()
    {
        _directory.Replace(SerialTestDirectory.Analyser(profile: SerialTestDirectory.Profile() with { Silence = TimeSpan.FromSeconds(1) }));
        await using var wire = await StartAsync();
        var queue = wire.Sealer.Full = new TaskCompletionSource();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        await wire.Sealer.AskedAsync();

        for (var second = 0; second < 30; second++)
        {
            wire.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.False(port.Closed.IsCompleted);
        wire.Sealer.Full = null;
        queue.SetResult();
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await port.AnswerAsync());
    }

    [Fact]
    public async Task Half_a_frame_before_a_silence_is_kept()
    {
        _directory.Replace(SerialTestDirectory.Analyser(profile: SerialTestDirectory.Profile() with { Silence = TimeSpan.FromMinutes(1) }));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();

        // In one piece: where the frame is sealed, its half neighbour has been read too.
        await port.SendAsync([.. Realtime, .. Realtime[..60]]);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        await wire.PassTimeUntilAsync(_ports.OpenedAsync());

        var rest = await wire.Sealer.NextAsync();
        Assert.Equal(RefusalReason.LineNoise, rest.Refusal!.Reason);
        Assert.Equal(Realtime[..60], rest.Refusal.Payload.ToArray());
    }

    [Fact]
    public async Task A_line_that_can_not_be_opened_is_tried_until_it_can()
    {
        _ports.Refusal = "there is no such device node";
        await using var wire = await StartAsync();
        await _ports.RefusedAsync();

        _ports.Refusal = null;
        var port = await wire.PassTimeUntilAsync(_ports.OpenedAsync());

        await port.SendAsync(Realtime);
        await wire.Sealer.NextAsync();
    }

    [Fact]
    public async Task A_port_that_takes_no_answer_is_given_up_and_opened_again()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();
        port.IsStuck = true;

        await port.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);

        await wire.PassTimeUntilAsync(_ports.OpenedAsync());
        await port.Closed;
    }

    [Fact]
    public async Task Lines_open_and_close_as_the_registry_changes_and_others_are_left_alone()
    {
        await using var wire = await StartAsync();
        var first = await _ports.OpenedAsync();

        _directory.Replace(SerialTestDirectory.Analyser(), SerialTestDirectory.Analyser("analyser-2", line: "/dev/other"));
        var second = await _ports.OpenedAsync();
        Assert.Equal("/dev/other", second.Line);

        _directory.Replace(SerialTestDirectory.Analyser());
        await second.Closed;
        await first.SendAsync(Realtime);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await first.AnswerAsync());
        Assert.False(first.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_line_whose_settings_change_is_opened_with_the_new_ones()
    {
        await using var wire = await StartAsync();
        var first = await _ports.OpenedAsync();

        var faster = SerialTestDirectory.Profile() with { Line = new SerialLineSettings(19200, 8, SerialParity.Even, 1) };
        _directory.Replace(SerialTestDirectory.Analyser(profile: faster));

        Assert.Equal(19200, (await _ports.OpenedAsync()).Settings.BaudRate);
        await first.Closed;
    }

    [Fact]
    public async Task A_device_registered_later_is_known_at_its_next_frame()
    {
        _directory.Replace(SerialTestDirectory.Analyser(mn: "ANOTHER"));
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        Assert.Equal(RefusalReason.UnknownDevice, (await wire.Sealer.NextAsync()).Refusal!.Reason);

        _directory.Replace(SerialTestDirectory.Analyser(mn: "ANOTHER"), SerialTestDirectory.Analyser("analyser-2"));
        await port.SendAsync(Realtime);

        Assert.Equal("analyser-2", (await wire.Sealer.NextAsync()).Arrival!.Device.Id.Value);
    }

    [Fact]
    public async Task Stopping_ends_the_reading_and_still_answers_what_gets_sealed()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        var sealing = await wire.Sealer.NextAsync();

        var stopping = wire.StopAsync();
        Assert.False(port.Closed.IsCompleted);
        sealing.Complete(SealStatus.Sealed);

        Assert.Equal(Answer, await port.AnswerAsync());
        await stopping;
        await port.Closed;
        await port.SendAsync(Realtime);
        Assert.False(wire.Sealer.HasMore);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever_for_a_seal()
    {
        await using var wire = await StartAsync();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);
        await wire.Sealer.NextAsync();

        await wire.StopInTimeAsync();

        await port.Closed;
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever_for_a_full_queue()
    {
        await using var wire = await StartAsync();
        wire.Sealer.Full = new TaskCompletionSource();
        var port = await _ports.OpenedAsync();
        await port.SendAsync(Realtime);

        await wire.StopInTimeAsync();

        await port.Closed;
        Assert.Equal(0, wire.Sealer.Count);
    }

    [Fact]
    public async Task A_sealer_that_breaks_stops_the_host()
    {
        await using var wire = await StartAsync();
        wire.Sealer.Bug = new InvalidOperationException("a bug");
        var stopped = new TaskCompletionSource();
        using var registration = wire.Lifetime.ApplicationStopping.Register(stopped.SetResult);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Realtime);

        await stopped.Task.WaitAsync(SerialDeadline.Token);
        await port.Closed;
    }

    Task<SerialTestWire> StartAsync() => SerialTestWire.StartAsync(_directory, _ports);
}
