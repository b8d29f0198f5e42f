using EdgeGateway.Tests.Support;
using EdgeGateway.Video;

namespace EdgeGateway.Tests.Video;

/// <summary>What happens to segments beside the way that leads straight to the ledger.</summary>
public sealed class VideoStreamTests : IAsyncDisposable
{
    readonly VideoBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_segment_that_was_sealed_before_a_crash_and_not_yet_deleted_is_not_sealed_again()
    {
        var segment = new Segment(_bench.Leave(1), _bench.Clock.Time.GetUtcNow(), TimeSpan.FromSeconds(10));
        Assert.NotNull(await _bench.Sealing.SealAsync(_bench.Device, segment, CancellationToken.None));
        Assert.False(File.Exists(segment.Path));

        _bench.Leave(1);
        _bench.Clock.Time.Advance(TimeSpan.FromDays(400));
        Assert.NotNull(await _bench.Sealing.SealAsync(_bench.Device, segment with { To = _bench.Clock.Time.GetUtcNow(), Length = null }, CancellationToken.None));
        Assert.False(File.Exists(segment.Path));
        Assert.Equal(["segment-000001"], await _bench.SealedAsync());
    }

    [Fact]
    public async Task What_a_crash_left_behind_waits_while_nothing_can_be_sealed_and_is_then_sealed_in_its_order()
    {
        string[] left = [_bench.Leave(7), _bench.Leave(8), _bench.Leave(1, "20261122T045930000Z")];
        _bench.Sealer.IsUnavailable = true;
        using var stopping = new CancellationTokenSource();
        var running = _bench.RunAsync(stopping.Token);
        await SaidAsync("can't be sealed");
        Assert.All(left, path => Assert.True(File.Exists(path)));
        Assert.Empty(await _bench.SealedAsync());

        _bench.Sealer.IsUnavailable = false;
        var patience = SerialDeadline.Token;
        while (!_bench.Log.Any(line => line.Contains("not recorded", StringComparison.Ordinal)))
        {
            patience.ThrowIfCancellationRequested();
            _bench.Clock.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.All(left, path => Assert.False(Directory.Exists(Path.GetDirectoryName(path))));
        Assert.Equal(["segment-000007", "segment-000008", "segment-000001"], await _bench.SealedAsync());
        await StopAsync(stopping, running);
    }

    [Fact]
    public async Task A_segment_that_can_not_be_kept_is_told_of_and_tried_again_and_stops_nothing()
    {
        var left = _bench.Leave(3);
        Directory.Move(_bench.Incoming, _bench.Incoming + "-away");
        using var stopping = new CancellationTokenSource();
        var running = _bench.RunAsync(stopping.Token);
        await SaidAsync("not recorded");
        Assert.True(File.Exists(left));

        Directory.Move(_bench.Incoming + "-away", _bench.Incoming);
        var patience = SerialDeadline.Token;
        while (File.Exists(left))
        {
            patience.ThrowIfCancellationRequested();
            _bench.Clock.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(["segment-000003"], await _bench.SealedAsync());
        await StopAsync(stopping, running);
    }

    [Fact]
    public async Task Without_a_network_of_cameras_no_stream_is_opened_and_the_log_says_so_once()
    {
        using var stopping = new CancellationTokenSource();
        var running = _bench.RunAsync(stopping.Token);
        await SaidAsync("Video:Networks is empty");
        for (var i = 0; i < 300; i++)
        {
            _bench.Clock.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await StopAsync(stopping, running);
        Assert.Single(_bench.Log);
    }

    async Task SaidAsync(string words)
    {
        var patience = SerialDeadline.Token;
        while (!_bench.Log.Any(line => line.Contains(words, StringComparison.Ordinal)))
        {
            patience.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    static async Task StopAsync(CancellationTokenSource stopping, Task running)
    {
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
