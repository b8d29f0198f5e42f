using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Capture;

/// <summary>Hands on what MQTT devices send, and keeps a copy. What goes over a serial line is kept by <see cref="CapturingSerialPorts"/>.</summary>
sealed class CapturingSealer(ISealer sealer, WireCapture capture) : ISealer
{
    public ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken)
    {
        capture.Keep(arrival);
        return sealer.SubmitAsync(arrival, cancellationToken);
    }

    public ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal is { Wire: WireKind.Mqtt, Device: { } device }) capture.Message(new CapturedMessage(refusal.ReceivedAt, device.Id.Value, refusal.Address, refusal.Payload));
        return sealer.QuarantineAsync(refusal, cancellationToken);
    }
}

/// <inheritdoc cref="CapturingSealer"/>
sealed class CapturingTelemetry(ITelemetry telemetry, WireCapture capture) : ITelemetry
{
    public void Observe(Arrival arrival)
    {
        capture.Keep(arrival);
        telemetry.Observe(arrival);
    }
}

static class CapturedArrivals
{
    public static void Keep(this WireCapture capture, Arrival arrival)
    {
        if (arrival.Device.Profile.Wire == WireKind.Mqtt) capture.Message(new CapturedMessage(arrival.ReceivedAt, arrival.Device.Id.Value, arrival.Address, arrival.Payload));
    }
}
