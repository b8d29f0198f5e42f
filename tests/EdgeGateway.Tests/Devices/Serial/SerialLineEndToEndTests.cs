using System.IO.Ports;
using EdgeGateway.Evidence;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial;

/// <summary>Over real terminals, with the real clock.</summary>
public sealed class SerialLineEndToEndTests : IDisposable
{
    static readonly byte[] Realtime = Hj212Vectors.Bytes(Hj212Vectors.Realtime);
    static readonly byte[] Answer = Hj212Vectors.Bytes(Hj212Vectors.DataAnswer);

    readonly string _folder = Directory.CreateTempSubdirectory("edgegw-serial-").FullName;

    string GatewayEnd => Path.Combine(_folder, "gateway");

    string DeviceEnd => Path.Combine(_folder, "device");

    [Fact]
    public async Task A_device_on_a_terminal_is_answered_once_its_frame_is_sealed()
    {
        using var line = await SocatPair.StartAsync(GatewayEnd, DeviceEnd);
        await using var wire = await StartAsync();
        using var device = OpenDevice();

        await device.BaseStream.WriteAsync(Realtime, SerialDeadline.Token);
        var sealing = await wire.Sealer.NextAsync();
        Assert.Equal(Realtime, sealing.Arrival!.Payload.ToArray());
        Assert.Equal(0, device.BytesToRead);
        sealing.Complete(SealStatus.Sealed);

        Assert.Equal(Answer, await ReadAsync(device, Answer.Length));
    }

    // The same name is unlinked and made again.
    [Trait("Ask", "USB renumber / replug")]
    [Fact]
    public async Task A_line_that_breaks_and_comes_back_is_heard_again()
    {
        await using var wire = await StartAsync();
        for (var round = 0; round < 2; round++)
        {
            using var line = await SocatPair.StartAsync(GatewayEnd, DeviceEnd);
            using var device = OpenDevice();
            await device.BaseStream.WriteAsync(Realtime, SerialDeadline.Token);
            (await wire.Sealer.NextAsync()).Complete(round == 0 ? SealStatus.Sealed : SealStatus.Repeated);
            Assert.Equal(Answer, await ReadAsync(device, Answer.Length));
        }
    }

    // An adapter that is pulled out and put in again gets another number while the old node may linger, and no read fails.
    [Trait("Ask", "USB renumber / replug")]
    [Fact]
    public async Task A_line_whose_name_leads_to_another_node_is_opened_there_though_the_old_one_lives()
    {
        var name = Path.Combine(_folder, "by-id");
        using var old = await SocatPair.StartAsync(GatewayEnd + "-old", DeviceEnd + "-old");
        File.CreateSymbolicLink(name, GatewayEnd + "-old");
        await using var wire = await SerialTestWire.StartAsync(
            new SerialTestDirectory(SerialTestDirectory.Analyser(line: name)), null,
            ("Serial:FirstRetry", "00:00:00.05"), ("Serial:LongestRetry", "00:00:00.05"), ("Serial:PresenceCheck", "00:00:00.1"));
        using var before = OpenDevice(DeviceEnd + "-old");
        await before.BaseStream.WriteAsync(Realtime, SerialDeadline.Token);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Sealed);
        Assert.Equal(Answer, await ReadAsync(before, Answer.Length));

        using var line = await SocatPair.StartAsync(GatewayEnd, DeviceEnd);
        File.Delete(name);
        File.CreateSymbolicLink(name, GatewayEnd);
        using var device = OpenDevice();
        await device.BaseStream.WriteAsync(Realtime, SerialDeadline.Token);
        (await wire.Sealer.NextAsync()).Complete(SealStatus.Repeated);
        Assert.Equal(Answer, await ReadAsync(device, Answer.Length));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Task<SerialTestWire> StartAsync() => SerialTestWire.StartAsync(
        new SerialTestDirectory(SerialTestDirectory.Analyser(line: GatewayEnd)), null, ("Serial:FirstRetry", "00:00:00.05"), ("Serial:LongestRetry", "00:00:00.05"));

    SerialPort OpenDevice(string? end = null)
    {
        var port = new SerialPort(end ?? DeviceEnd, 9600);
        port.Open();
        return port;
    }

    static async Task<byte[]> ReadAsync(SerialPort port, int count)
    {
        var bytes = new byte[count];
        await port.BaseStream.ReadExactlyAsync(bytes, SerialDeadline.Token);
        return bytes;
    }
}
