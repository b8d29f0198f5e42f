namespace EdgeGateway.Evidence;

/// <summary>
/// Takes telemetry, which is acknowledged on receipt and folded into <c>observation</c> entries. A crash loses at most one
/// interval, and a gap entry says so.
/// </summary>
public interface ITelemetry
{
    /// <summary>Counts one message. Never blocks, never throws for what a device wrote; safe for any number of threads.</summary>
    void Observe(Arrival arrival);
}
