using EdgeGateway.Clocks;

namespace EdgeGateway.Tls;

/// <summary>From when to when a certificate of ours is good, whatever this machine's clock says.</summary>
static class Validity
{
    /// <summary>
    /// From the day that this version was built: no clock that is right is earlier, and a certificate made by a clock that runs ahead is
    /// good for devices that are right. To a time after now, or after that day where the clock is behind it.
    /// </summary>
    public static (DateTimeOffset From, DateTimeOffset To) Of(TimeProvider time, TimeSpan lifetime)
    {
        var now = time.GetUtcNow();
        return (BuildDate.Value, (now > BuildDate.Value ? now : BuildDate.Value) + lifetime);
    }
}
