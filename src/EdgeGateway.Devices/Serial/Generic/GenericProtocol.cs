using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Generic;

/// <summary>Frames that name no device: they are the only device's on the line, and are never answered.</summary>
sealed class GenericProtocol(SerialFraming framing) : ISerialProtocol
{
    public ISerialFramer CreateFramer() => SerialFramers.Of(framing);

    public SerialReading Read(ReadOnlyMemory<byte> frame, string line, DeviceSnapshot devices, DateTimeOffset receivedAt)
    {
        // Of two devices on the line nobody can tell which one sent it.
        if (devices.OnlyOneOnLine(line) is not { } device) return SerialReading.Refuse(RefusalReason.UnknownDevice);
        return device.Profile.MatchFrame(frame.Span) is { } rule
            ? SerialReading.Of(device, rule, JsonInterpretation.Read(rule, frame.Span))
            : SerialReading.Refuse(RefusalReason.Malformed);
    }
}
