using EdgeGateway.Clocks;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Devices.Serial.Modbus;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial;

/// <summary>What every line of the wire shares.</summary>
/// <param name="gnss">Null where no clock listens to receivers.</param>
/// <param name="presence">Null where nobody wants to know which polled devices answer.</param>
sealed class SerialTraffics(
    IDeviceDirectory directory, ISealer sealer, ITelemetry telemetry, SerialMetrics metrics, Hj212Requests requests, TimeProvider time,
    IGnssTime? gnss = null, IDevicePresence? presence = null)
{
    public TimeProvider Time => time;

    public SerialTraffic For(string line, SerialLineSettings settings, SerialFraming framing, SerialWireOptions options, ILogger logger) =>
        framing is ModbusRtuFraming modbus ? Polled(line, settings, modbus, options, logger) : Heard(line, framing, options, logger);

    SerialTraffic Heard(string line, SerialFraming framing, SerialWireOptions options, ILogger logger)
    {
        var counts = metrics.For(line);
        var intake = new SerialIntake(line, SerialProtocols.Of(framing, time, gnss), directory, sealer, telemetry, counts, requests.For(line));
        return new(line, counts, (port, rateWait) => new SerialSession(port, intake, options, rateWait, time, logger));
    }

    // The schedule outlives the port: a slave that was dead is not asked more often because the line was opened again.
    SerialTraffic Polled(string line, SerialLineSettings settings, ModbusRtuFraming framing, SerialWireOptions options, ILogger logger)
    {
        var counts = metrics.For(line);
        var intake = new ModbusIntake(line, directory, sealer, telemetry, counts, presence);
        var schedule = new ModbusSchedule(time);
        return new(line, counts, (port, _) => new ModbusSession(port, intake, schedule, framing, new(settings, framing), options, time, logger));
    }
}
