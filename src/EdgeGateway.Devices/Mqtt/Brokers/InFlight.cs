namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>
/// What has come from a broker and is not settled yet, in messages and bytes, the oldest first. When it is full the connection is not
/// read from: that holds back QoS 0 too, which Receive Maximum does not. One thread enters, another leaves.
/// </summary>
sealed class InFlight(int maximumMessages, long maximumBytes)
{
    readonly Lock _lock = new();
    readonly Queue<long> _sizes = new();
    long _bytes;
    TaskCompletionSource? _room;

    /// <summary>Waits for room; one message is always let in, however large.</summary>
    public async ValueTask EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_sizes.Count == 0 || (_sizes.Count < maximumMessages && _bytes + bytes <= maximumBytes))
                {
                    _sizes.Enqueue(bytes);
                    _bytes += bytes;
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The oldest is settled.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (!_sizes.TryDequeue(out var bytes)) return;
            _bytes -= bytes;
            _room?.TrySetResult();
            _room = null;
        }
    }
}
