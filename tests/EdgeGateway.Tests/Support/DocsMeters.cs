using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EdgeGateway.Tests.Support;

/// <summary>Meters that nobody listens to but a test; the same name gives the same meter, as the product's factory does.</summary>
sealed class DocsMeters : IMeterFactory
{
    readonly ConcurrentDictionary<string, Meter> _meters = [];

    public Meter Create(MeterOptions options) => _meters.GetOrAdd(options.Name, _ => new Meter(options));

    public void Dispose()
    {
        foreach (var meter in _meters.Values) meter.Dispose();
    }
}
