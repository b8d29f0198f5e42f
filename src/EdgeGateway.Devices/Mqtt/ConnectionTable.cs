namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Who is connected: those who have not signed in, in the order in which they came, and each device with its newest
/// connection. Keeps the bounds on both. Safe for any number of threads.
/// </summary>
sealed class ConnectionTable(MqttOptions options)
{
    readonly Lock _lock = new();
    readonly LinkedList<DeviceChannel> _strangers = [];
    readonly HashSet<DeviceChannel> _signedIn = [];
    readonly Dictionary<DeviceId, DeviceChannel> _newest = [];

    /// <param name="yielding">
    /// Must be closed, so that there is room: the oldest that has not signed in. The newest is let in, because whoever opens
    /// connections and says nothing must not keep out a device, which says who it is at once.
    /// </param>
    /// <returns>False when there is no room, because all the others have signed in.</returns>
    public bool TryEnter(DeviceChannel channel, out DeviceChannel? yielding)
    {
        lock (_lock)
        {
            yielding = null;
            if (_strangers.Count >= options.MaximumStrangers || _strangers.Count + _signedIn.Count >= options.MaximumConnections)
            {
                if (_strangers.First is not { Value: var oldest }) return false;
                _strangers.RemoveFirst();
                yielding = oldest;
            }

            _strangers.AddLast(channel);
            return true;
        }
    }

    /// <param name="previous">The device's connection until now, which must be closed: it has one (MQTT 5.0 section 3.1.4).</param>
    /// <returns>False when the connection has yielded its place meanwhile.</returns>
    public bool TrySignIn(DeviceChannel channel, DeviceId device, out DeviceChannel? previous)
    {
        lock (_lock)
        {
            previous = null;
            if (!_strangers.Remove(channel)) return false;
            _signedIn.Add(channel);
            _newest.TryGetValue(device, out previous);
            _newest[device] = channel;
            return true;
        }
    }

    /// <summary>The connection is over.</summary>
    /// <returns>Whether it was its device's, and no other has taken its place.</returns>
    public bool Leave(DeviceChannel channel)
    {
        lock (_lock)
        {
            _strangers.Remove(channel);
            return _signedIn.Remove(channel)
                && channel.Session is { Device.Id: var device }
                && _newest.TryGetValue(device, out var newest) && newest == channel
                && _newest.Remove(device);
        }
    }
}
