using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>The largest packet that a device of a profile may send, in bytes, fixed header and all: what CONNACK announces (MQTT 5.0 section 3.2.2.3.6).</summary>
public static class MqttPacketLimit
{
    /// <summary>Room for topic and properties beside the payload.</summary>
    const int Overhead = 8 * 1024;

    // MQTT 5.0 and 3.1.1, section 2.1.4: 256 MB less one, and the fixed header.
    const int Largest = 268_435_455 + 5;

    public static int Of(DeviceProfile profile) => (int)Math.Min(profile.MaximumMessageBytes + Overhead, Largest);
}
