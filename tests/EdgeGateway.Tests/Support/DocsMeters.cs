using System.Diagnostics.Metrics;

namespace EdgeGateway.Tests.Support;

/// <summary>Meters that nobody listens to.</summary>
sealed class DocsMeters : IMeterFactory
{
    readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
