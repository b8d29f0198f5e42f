using System.Collections.Concurrent;
using EdgeGateway.Clocks;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>Asks things of instruments. Safe for any number of threads.</summary>
public interface IHj212Requests
{
    /// <summary>Returns when the exchange is over, well or not; the device must be one on a line.</summary>
    Task<Hj212Answer> AskAsync(Device device, Hj212Request request, Asker asker, CancellationToken cancellationToken);
}

/// <summary>What every line has for exchanges that the gateway begins.</summary>
sealed class Hj212Requests(
    IDeviceDirectory directory, IRequestSealer sealer, IClockTrust trust, SerialMetrics metrics, IOptions<SerialWireOptions> options,
    TimeProvider time, ILogger<Hj212Requests> logger) : IHj212Requests
{
    // By line: there are as many as are registered.
    readonly ConcurrentDictionary<string, Hj212Line> _lines = new(StringComparer.Ordinal);

    public Hj212Line For(string line) => _lines.GetOrAdd(line, name =>
    {
        var exchanges = new Hj212Exchanges(name, sealer, trust, options.Value, time, logger);
        return new(name, directory, exchanges, new(exchanges, sealer, trust, metrics.For(name), time, logger));
    });

    public Task<Hj212Answer> AskAsync(Device device, Hj212Request request, Asker asker, CancellationToken cancellationToken) =>
        device.Line is { } line
            ? For(line).Exchanges.AskAsync(device, request, asker, cancellationToken)
            : throw new ArgumentException("The device is on no line.", nameof(device));
}
