using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>Hands what came over a Modbus line to the sealer or to telemetry, and tells which slaves are there.</summary>
/// <param name="presence">Null where nobody wants to know.</param>
sealed class ModbusIntake(
    string line, IDeviceDirectory directory, ISealer sealer, ITelemetry telemetry, SerialMetrics.Line metrics, IDevicePresence? presence)
{
    public string Line => line;

    public SerialMetrics.Line Metrics => metrics;

    public IEnumerable<Device> Devices => directory.Current.OnLine(line);

    /// <summary>How long the line may be silent before one of its devices counts as lost; null while no device is on it.</summary>
    public TimeSpan? Silence => Devices.Select(device => (TimeSpan?)device.Profile.Silence).Min();

    public void Appeared(Device device) => presence?.Connected(device, tookOver: false);

    public void Lost(Device device) => presence?.Ended(device, ConnectionEnd.Lost);

    /// <summary>Waits while the sealer's queue is full.</summary>
    /// <returns>Null for telemetry, which is only counted.</returns>
    public async ValueTask<PendingSeal?> TakeAsync(ModbusTurn turn, byte[] exchange, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        metrics.Received(SerialChunkKind.Frame);
        var arrival = new Arrival
        {
            Device = turn.Device,
            Message = turn.Rule,
            Payload = exchange,
            Interpretation = ModbusExchange.Read(turn.Rule, exchange),
            Address = line,
            Authentication = Authentication.Line,
            ReceivedAt = receivedAt,
        };
        if (turn.Rule.Class == MessageClass.Telemetry)
        {
            telemetry.Observe(arrival);
            return null;
        }

        return new PendingSeal(await sealer.SubmitAsync(arrival, cancellationToken), null);
    }

    /// <param name="asked">The slave whose damaged answer it is; null for noise.</param>
    public async ValueTask<PendingSeal> RefuseAsync(Device? asked, byte[] bytes, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        metrics.Received(asked is null ? SerialChunkKind.Noise : SerialChunkKind.WrongChecksum);
        var refusal = new Refusal
        {
            Reason = asked is null ? RefusalReason.LineNoise : RefusalReason.CrcMismatch,
            Wire = WireKind.Serial,
            IsOfBenches = directory.Current.IsOfBenches(line),
            Device = asked ?? directory.Current.OnlyOneOnLine(line),
            Address = line,
            Authentication = Authentication.Line,
            Payload = bytes,
            ReceivedAt = receivedAt,
        };
        return new(await sealer.QuarantineAsync(refusal, cancellationToken), null);
    }
}
