using System.Globalization;
using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>One gauge of the gateway's <c>/metrics</c> (Prometheus text format 0.0.4).</summary>
sealed class GatewayMetrics(int port, string name) : IDisposable
{
    readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The greatest of the gauge's series.</summary>
    /// <exception cref="LoadFailedException">There is no such gauge.</exception>
    public async Task<double> ReadAsync(CancellationToken cancellationToken)
    {
        var text = await _http.GetStringAsync("/metrics", cancellationToken);
        var values = text.Split('\n').Select(Value).OfType<double>().ToList();
        return values.Count > 0 ? values.Max() : throw new LoadFailedException($"/metrics has no '{name}': name another with --metric");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>name, optional {labels}, value, optional time stamp.</summary>
    double? Value(string line)
    {
        if (!line.StartsWith(name, StringComparison.Ordinal)) return null;
        var rest = line.AsSpan(name.Length);
        if (rest.StartsWith("{")) rest = rest[(rest.LastIndexOf('}') + 1)..];
        if (!rest.StartsWith(" ")) return null;
        rest = rest.Trim();
        var end = rest.IndexOf(' ');
        return double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
