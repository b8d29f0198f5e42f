namespace EdgeGateway.Devices.Mqtt;

/// <summary>A device listens to its own receipts and commands, and to nothing else.</summary>
static class SubscriptionPolicy
{
    const int MaximumFilterLength = 256;

    public static bool IsAllowed(DeviceId device, string? filter)
    {
        if (filter is not { Length: > 0 and <= MaximumFilterLength }) return false;
        var levels = filter.Split('/');
        if (levels is not ["edgegw", "v1", var id, "receipt" or "command", _, ..] || id != device.Value) return false;

        // MQTT 5.0 and 3.1.1, section 4.7.1: '#' is the last level, and a wildcard is a level of its own.
        for (var i = 4; i < levels.Length; i++)
        {
            var level = levels[i];
            if (level is "+" || (level is "#" && i == levels.Length - 1)) continue;
            if (level.Length == 0 || level.AsSpan().IndexOfAny('+', '#', '\0') >= 0) return false;
        }

        return true;
    }
}
