namespace EdgeGateway.Devices.Mqtt;

/// <summary>Lets one message through every ten seconds and counts the others, so that nobody can fill the disk with log lines.</summary>
sealed class LogThrottle(TimeProvider timeProvider)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock _lock = new();
    long? _lastAt;
    long _suppressed;

    /// <param name="suppressed">How many did not pass since the last one that did.</param>
    public bool TryPass(out long suppressed)
    {
        lock (_lock)
        {
            suppressed = _suppressed;
            if (_lastAt is { } lastAt && timeProvider.GetElapsedTime(lastAt) < Interval)
            {
                _suppressed++;
                return false;
            }

            _lastAt = timeProvider.GetTimestamp();
            _suppressed = 0;
            return true;
        }
    }
}
