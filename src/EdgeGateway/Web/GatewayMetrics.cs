using System.Diagnostics.Metrics;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Timestamps;
using EdgeGateway.Uploads;
using EdgeGateway.Video;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgeGateway.Web;

/// <summary>
/// <c>/metrics</c> in Prometheus' text form: the ledger, the views, the wires. Labels come from fixed lists; no id that a
/// device could choose is ever one.
/// </summary>
static class GatewayMetrics
{
    public const string MeterName = "EdgeGateway";

    public static IServiceCollection AddGatewayMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("edgegw")).WithMetrics(metrics => metrics
            .AddMeter(MeterName, IngestMetrics.MeterName, TimestampMetrics.MeterName, "EdgeGateway.Mqtt", "EdgeGateway.Serial", VideoEvents.MeterName, UploadEvents.MeterName, "System.Runtime")
            .AddPrometheusExporter(exporter => exporter.ScrapeEndpointPath = "/metrics"));
        return services;
    }

    public static void MapGatewayMetrics(this WebApplication app)
    {
        var data = app.Services.GetRequiredService<GatewayData>();
        var views = app.Services.GetRequiredService<ViewService>();
        var meter = app.Services.GetRequiredService<IMeterFactory>().Create(MeterName);
        meter.CreateObservableCounter("edgegateway.ledger.sealed", () => data.Ledger.DurableSize, "{entry}", "Entries on disk.");
        meter.CreateObservableGauge("edgegateway.ledger.queue_depth", () => data.Ledger.QueueDepth, "{entry}", "Entries waiting for the ledger's writer.");
        meter.CreateObservableGauge("edgegateway.ledger.wal_size", () => data.Ledger.WalBytes, "By", "Bytes of the write-ahead log.");
        meter.CreateObservableGauge("edgegateway.ledger.checkpoint_size", () => data.Ledger.Latest?.Checkpoint.Size ?? 0, "{entry}", "Entries of the newest checkpoint.");
        meter.CreateObservableGauge("edgegateway.disk.free", () => data.Ledger.FreeBytes, "By", "Free bytes on the data directory's disk.");
        meter.CreateObservableGauge("edgegateway.disk.used", () => Retention.StorageAlarm.Of(data.Ledger).UsedPercent / 100, "1", "Used share of the data directory's disk.");
        meter.CreateObservableGauge("edgegateway.disk.alarm", () => Retention.StorageAlarm.Of(data.Ledger).Step, "%", "The highest of the alarms at 80, 90 and 95 % that is on; 0 for none.");
        meter.CreateObservableGauge("edgegateway.retention.pending", () => data.Erasures.Pending, "{item}", "Erased items of which a file still holds something.");
        meter.CreateObservableGauge("edgegateway.views.behind", () => Math.Max(0, data.Ledger.DurableSize - data.Views.Position), "{entry}", "Entries that the views do not have yet.");
        meter.CreateObservableGauge("edgegateway.views.lag", () => views.LagSeconds, "s", "Age of the oldest entry that the views do not have yet.");
        meter.CreateObservableGauge("edgegateway.devices.registered", () => data.Directory.Current.All.Count, "{device}", "Devices in the registry.");
        var timestamper = app.Services.GetRequiredService<Timestamper>();
        meter.CreateObservableGauge("edgegateway.timestamps.age", () => Of(timestamper.NewestAge), "s", "Age of the newest token over a tree.");
        meter.CreateObservableGauge("edgegateway.timestamps.waiting", () => timestamper.WaitingAge?.TotalSeconds ?? 0, "s", "Age of the oldest entry that waits for a token.");
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    static IEnumerable<Measurement<double>> Of(TimeSpan? age) => age is { } known ? [new Measurement<double>(known.TotalSeconds)] : [];
}
