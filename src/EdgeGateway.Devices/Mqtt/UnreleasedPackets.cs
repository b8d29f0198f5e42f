namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// QoS 2 packet identifiers between PUBLISH and PUBREL (MQTT 5.0 and 3.1.1, section 4.3.3): a PUBLISH with one of them is the
/// same message again and is not sealed again. One connection's reader uses it; not safe for several threads.
/// </summary>
sealed class UnreleasedPackets
{
    readonly HashSet<ushort> _ids = [];

    public int Count => _ids.Count;

    /// <returns>False when the message is already being taken.</returns>
    public bool TryAdd(ushort id) => _ids.Add(id);

    public bool Remove(ushort id) => _ids.Remove(id);
}
