using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What the kernel sees: nothing is acknowledged before it is on disk.</summary>
public sealed class SealBeforeAcknowledgeTests
{
    [Fact]
    public async Task The_log_is_synchronised_after_the_frame_is_written_and_before_the_acknowledgement_is_sent()
    {
        const ushort id = 0x7A31;
        await using var station = new E2eStation();
        var file = station.Beside("trace");
        var gateway = station.LaunchUnder(
            ["strace", "-f", "-y", "-xx", "-s", "4096", "-e", "trace=fdatasync,fsync,write,writev,sendto,sendmsg,pwrite64,pwritev", "-o", file]);
        await gateway.WaitUntilReadyAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var device = await E2eMqtt.SignInAsync(gateway.MqttPort, "cam-01", secret);
        await device.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event("traced-event")), id);
        Assert.Equal(0, await gateway.StopAsync());

        var calls = E2eSystemCall.Read(await File.ReadAllLinesAsync(file));
        var written = calls.First(call =>
            call.Name.StartsWith("pwrite", StringComparison.Ordinal) && IsLog(call) && call.Arguments.Contains(E2eSystemCall.Hex("traced-event"), StringComparison.Ordinal));
        var acknowledged = calls.Single(call =>
            call.Name is "write" or "writev" or "sendto" or "sendmsg" && call.Arguments.Contains(E2eSystemCall.Hex(0x40, 2, id >> 8, id & 0xFF), StringComparison.Ordinal));
        Assert.Contains(calls, call =>
            call.Name is "fdatasync" or "fsync" && IsLog(call) && call.Began > written.Ended && call.Ended < acknowledged.Began);

        // And nothing of it left for the device earlier.
        Assert.True(written.Ended < acknowledged.Began);
    }

    static bool IsLog(E2eSystemCall call) => call.Arguments.Contains(E2eSystemCall.Hex("/ledger/wal/"), StringComparison.Ordinal)
        || call.Arguments.Contains("/ledger/wal/", StringComparison.Ordinal);
}
