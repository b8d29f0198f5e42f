using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>What one line speaks: whose each of its frames is, what it says, and what the device is told.</summary>
interface ISerialProtocol
{
    /// <summary>A new one for each opening of the port.</summary>
    ISerialFramer CreateFramer();

    /// <param name="frame">Whole, its checksum right.</param>
    /// <param name="devices">One snapshot for the whole frame: the registry may change meanwhile.</param>
    /// <param name="receivedAt">The gateway's UTC when its last byte had arrived.</param>
    SerialReading Read(ReadOnlyMemory<byte> frame, string line, DeviceSnapshot devices, DateTimeOffset receivedAt);
}

/// <summary>A frame that is some device's message, or why it is refused.</summary>
/// <param name="Answer">What the device is told once the frame is sealed, null for nothing. It may hold a password: never log it.</param>
readonly record struct SerialReading(
    Device? Device, MessageRule? Rule, Interpretation? Interpretation, byte[]? Answer, RefusalReason? Refused)
{
    public static SerialReading Of(Device device, MessageRule rule, Interpretation interpretation, byte[]? answer = null) =>
        new(device, rule, interpretation, answer, null);

    /// <summary>Of a stranger, who it says it is; null where it does not.</summary>
    public string? Claimed { get; init; }

    public static SerialReading Refuse(RefusalReason reason) => new(null, null, null, null, reason);

    public static SerialReading Unknown(string? claimed) => Refuse(RefusalReason.UnknownDevice) with { Claimed = claimed };
}
