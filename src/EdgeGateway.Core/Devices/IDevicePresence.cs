namespace EdgeGateway.Devices;

/// <summary>Is told which devices are connected. Safe for any number of threads; returns at once.</summary>
public interface IDevicePresence
{
    /// <param name="tookOver">Whether it took the place of a connection that was at work a moment ago.</param>
    void Connected(Device device, bool tookOver);

    /// <summary>Its connection is over, and no other has taken its place.</summary>
    void Ended(Device device, ConnectionEnd how);
}

/// <summary>How a connection ended.</summary>
public enum ConnectionEnd
{
    /// <summary>The device said so.</summary>
    Goodbye,

    /// <summary>Without a word, and the device had left a will for that case (MQTT 5.0 and 3.1.1, section 3.1.2.5).</summary>
    Will,

    /// <summary>Without a word.</summary>
    Lost,
}
