using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Generic;

/// <summary>The wire with a framing other than HJ 212's.</summary>
public sealed class GenericLineTests
{
    static readonly DeviceProfile Profile = ProfileReader.Read(Encoding.UTF8.GetBytes(ProfileTexts.Delimited)).Profile!;
    static readonly byte[] Weight = "\u0002W 12345 kg\r\n"u8.ToArray();

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser("scale-1", profile: Profile));

    [Fact]
    public async Task A_frame_is_sealed_byte_for_byte_under_its_rule_and_not_answered()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Weight[..5], Weight[5..]);
        var sealing = await wire.Sealer.NextAsync();

        Assert.Equal(Weight, sealing.Arrival!.Payload.ToArray());
        Assert.Equal(("scale-1", "weight"), (sealing.Arrival.Device.Id.Value, sealing.Arrival.Message.Name));
        sealing.Complete(SealStatus.Sealed);
        await wire.StopInTimeAsync();
        Assert.False(port.HasAnswer);
    }

    [Fact]
    public async Task Telemetry_is_counted_and_line_trouble_is_kept()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync("garbage\r\n"u8.ToArray(), "\u0002{\"t\":1}\r\n"u8.ToArray(), [.. "\u0002W"u8, .. new byte[80], .. "\r\n"u8]);

        var noise = (await wire.Sealer.NextAsync()).Refusal!;
        Assert.Equal((RefusalReason.LineNoise, "scale-1"), (noise.Reason, noise.Device!.Id.Value));
        Assert.Equal("alive", (await wire.Sealer.ObservedAsync()).Message.Name);
        Assert.Equal(RefusalReason.Oversized, (await wire.Sealer.NextAsync()).Refusal!.Reason);
    }

    [Fact]
    public async Task Of_two_devices_on_a_line_none_is_taken_for_the_sender()
    {
        _directory.Replace(SerialTestDirectory.Analyser("scale-1", profile: Profile), SerialTestDirectory.Analyser("scale-2", "other", profile: Profile));
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(Weight);

        var refusal = (await wire.Sealer.NextAsync()).Refusal!;
        Assert.Equal(RefusalReason.UnknownDevice, refusal.Reason);
        Assert.Null(refusal.Device);
    }

    [Fact]
    public async Task A_line_whose_framing_changes_is_opened_anew()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        _directory.Replace(SerialTestDirectory.Analyser("scale-1", profile: Profile with { Framing = new DelimiterFraming("", "0A", 64) }));

        await wire.PassTimeUntilAsync(_ports.OpenedAsync());
        await port.Closed;
    }
}
