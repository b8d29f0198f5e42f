using EdgeGateway.Evidence;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>HJ 212: a frame belongs to the device whose MN it carries, and is answered where it asks for that.</summary>
sealed class Hj212Protocol : ISerialProtocol
{
    public ISerialFramer CreateFramer() => new Hj212Framer();

    public SerialReading Read(ReadOnlyMemory<byte> frame, string line, DeviceSnapshot devices, DateTimeOffset receivedAt)
    {
        if (!Hj212Frame.TryParse(Hj212Framer.Data(frame).Span, out var message, out _)) return SerialReading.Refuse(RefusalReason.Malformed);
        if (devices.FindByMn(line, message.DeviceNumber) is not { } device) return SerialReading.Unknown(message.DeviceNumber);
        return device.Profile.MatchCommand(message.Command) is { } rule
            ? SerialReading.Of(device, rule, Hj212Interpretation.Read(rule, message), message.Answer())
            : SerialReading.Refuse(RefusalReason.Malformed);
    }
}
