using System.Threading.Channels;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Serial;

/// <summary>
/// Keeps every line open that a registered device is on, as the registry changes. A line that fails is opened again; an
/// exception of the sealer is not caught: a gateway that can't seal must stop.
/// </summary>
sealed partial class SerialWire(
    IDeviceDirectory directory, SerialTraffics traffics, ISerialPorts ports, IOptions<SerialWireOptions> options, ILogger<SerialWire> logger)
    : BackgroundService
{
    readonly Dictionary<string, OpenLine> _lines = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One slot is enough to say "look again": what does not fit is said already.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Signal() => changed.Writer.TryWrite(true);
        directory.Changed += Signal;
        try
        {
            Signal();
            var look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            while (true)
            {
                var ended = await Task.WhenAny([look, .. _lines.Values.Select(line => line.Running)]);
                await ended;
                stoppingToken.ThrowIfCancellationRequested();
                await ReconcileAsync(stoppingToken);
                look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sources close first.
        }
        finally
        {
            directory.Changed -= Signal;
            await CloseAsync([.. _lines.Keys]);
        }
    }

    async Task ReconcileAsync(CancellationToken stoppingToken)
    {
        var wanted = Wanted(directory.Current);
        await CloseAsync([.. _lines.Keys.Where(line => !wanted.TryGetValue(line, out var plan) || plan != _lines[line].Plan)]);

        foreach (var (line, plan) in wanted)
        {
            if (_lines.ContainsKey(line)) continue;
            var closing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var running = new SerialLine(traffics.For(line, plan.Settings, plan.Framing, options.Value, logger), ports, options.Value, traffics.Time, logger).RunAsync(plan.Settings, closing.Token);
            _lines.Add(line, new(plan, closing, running));
        }
    }

    Dictionary<string, LinePlan> Wanted(DeviceSnapshot devices)
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

    // Together, since each may take its time to send what is still to be answered.
    async Task CloseAsync(IReadOnlyList<string> lines)
    {
        foreach (var line in lines) await _lines[line].Closing.CancelAsync();
        try
        {
            await Task.WhenAll(lines.Select(line => _lines[line].Running));
        }
        finally
        {
            foreach (var line in lines)
            {
                _lines.Remove(line, out var closed);
                closed?.Closing.Dispose();
            }
        }
    }

    [LoggerMessage(1201, LogLevel.Warning,
        "Device {Device} is on line {Line}, but its profile {Profile} is not for a serial line: give it another profile, or take the line out")]
    partial void LogNotSerial(DeviceId device, string line, string profile);

    [LoggerMessage(1202, LogLevel.Warning,
        "Device {Device} on line {Line} has a profile with another line setting or framing than the device before it, and is heard with those: devices on one line need the same")]
    partial void LogOtherSettings(DeviceId device, string line);

    sealed record LinePlan(SerialLineSettings Settings, SerialFraming Framing);

    sealed record OpenLine(LinePlan Plan, CancellationTokenSource Closing, Task Running);
}
