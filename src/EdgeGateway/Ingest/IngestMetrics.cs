using System.Diagnostics.Metrics;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Ingest;

/// <summary>Counts of what arrives. Labels come from fixed lists, never from a device.</summary>
sealed class IngestMetrics
{
    public const string MeterName = "EdgeGateway.Ingest";

    readonly Counter<long> _submitted;
    readonly Counter<long> _bytes;
    readonly Counter<long> _refused;
    readonly Counter<long> _unavailable;

    public IngestMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _submitted = meter.CreateCounter<long>("edgegateway.ingest.submitted", "{message}", "Evidence messages handed to the ledger's writer.");
        _bytes = meter.CreateCounter<long>("edgegateway.ingest.bytes", "By", "Payload bytes of evidence messages.");
        _refused = meter.CreateCounter<long>("edgegateway.ingest.refused", "{message}", "Messages not accepted as evidence, by wire and reason.");
        _unavailable = meter.CreateCounter<long>("edgegateway.ingest.unavailable", "{message}", "Messages that could not be sealed for now (disk full, stopping).");
    }

    public void Submitted(long bytes)
    {
        _submitted.Add(1);
        _bytes.Add(bytes);
    }

    public void Refused(WireKind wire, RefusalReason reason) => _refused.Add(
        1, new KeyValuePair<string, object?>("wire", wire.ToString()), new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Unavailable() => _unavailable.Add(1);
}
