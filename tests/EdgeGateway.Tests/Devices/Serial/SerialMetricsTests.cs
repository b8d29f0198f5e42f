using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial;

public sealed class SerialMetricsTests
{
    static readonly byte[] Realtime = Hj212Vectors.Bytes(Hj212Vectors.Realtime);

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser());

    [Fact]
    public async Task Bytes_frames_damage_and_reconnects_are_counted_by_line()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        using var bytes = wire.Count("edgegateway.serial.bytes");
        using var frames = wire.Count("edgegateway.serial.frames");
        using var damaged = wire.Count("edgegateway.serial.damaged");
        using var reconnects = wire.Count("edgegateway.serial.reconnects");
        var line = $"line={SerialTestDirectory.Line}";
        var port = await _ports.OpenedAsync();

        byte[] wrong = [.. Realtime];
        wrong[40] ^= 1;
        await port.SendAsync(Realtime, wrong, Realtime[..60]);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(RefusalReason.CrcMismatch, (await wire.Sealer.NextAsync()).Refusal!.Reason);
        port.Die();
        Assert.Equal(RefusalReason.LineNoise, (await wire.Sealer.NextAsync()).Refusal!.Reason);
        Assert.Equal(0, reconnects.Sum);
        await wire.PassTimeUntilAsync(_ports.OpenedAsync());
        await wire.StopInTimeAsync();

        Assert.Equal(2 * Realtime.Length + 60, bytes.Sum);
        Assert.All(bytes.Labels, label => Assert.Equal(line, label));
        Assert.Equal((1, line), (frames.Sum, Assert.Single(frames.Labels)));
        Assert.Equal([line, "kind=checksum", line, "kind=noise"], damaged.Labels);
        Assert.Equal((1, line), (reconnects.Sum, Assert.Single(reconnects.Labels)));
    }
}
