using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Serial;

/// <summary>
/// Keeps every line open that a registered device is on, as the registry changes. A line that fails is opened again; an
/// exception of the sealer is not caught: a gateway that can't seal must stop.
/// </summary>
sealed partial class SerialWire(
    IDeviceDirectory directory, SerialTraffics traffics, ISerialPorts ports, IOptions<SerialWireOptions> options, ILogger<SerialWire> logger)
    : RegistryFollower<SerialWire.LinePlan>(directory)
{
    protected override Task RunAsync(string name, LinePlan plan, CancellationToken closing) =>
        new SerialLine(traffics.For(name, plan.Settings, plan.Framing, options.Value, logger), ports, options.Value, traffics.Time, logger).RunAsync(plan.Settings, closing);

    protected override IReadOnlyDictionary<string, LinePlan> Wanted(DeviceSnapshot devices)
    {
        var wanted = new Dictionary<string, LinePlan>(StringComparer.Ordinal);
        foreach (var line in devices.Lines)
        {
            // In the order of ids, so that the same registry always gives the same settings.
            foreach (var device in devices.OnLine(line).OrderBy(device => device.Id.Value, StringComparer.Ordinal))
            {
                if (device.Profile is not { Wire: WireKind.Serial, Line: { } settings }) LogNotSerial(device.Id, line, device.Profile.Id);
                else if (!wanted.TryAdd(line, new(settings, device.Profile.Framing)) && wanted[line] != new LinePlan(settings, device.Profile.Framing)) LogOtherSettings(device.Id, line);
            }
        }

        return wanted;
    }

    [LoggerMessage(1201, LogLevel.Warning,
        "Device {Device} is on line {Line}, but its profile {Profile} is not for a serial line: give it another profile, or take the line out")]
    partial void LogNotSerial(DeviceId device, string line, string profile);

    [LoggerMessage(1202, LogLevel.Warning,
        "Device {Device} on line {Line} has a profile with another line setting or framing than the device before it, and is heard with those: devices on one line need the same")]
    partial void LogOtherSettings(DeviceId device, string line);

    /// <summary>What the devices of one line have in common.</summary>
    internal sealed record LinePlan(SerialLineSettings Settings, SerialFraming Framing);
}
