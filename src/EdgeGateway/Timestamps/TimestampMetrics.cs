using System.Diagnostics.Metrics;

namespace EdgeGateway.Timestamps;

/// <summary>Tokens and failures. Labels come from the settings and fixed lists.</summary>
sealed class TimestampMetrics
{
    public const string MeterName = "EdgeGateway.Timestamps";

    readonly Counter<long> _stamped;
    readonly Counter<long> _failed;

    public TimestampMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _stamped = meter.CreateCounter<long>("edgegateway.timestamps.stamped", "{token}", "Tokens sealed, by authority and what was stamped (tree, item).");
        _failed = meter.CreateCounter<long>("edgegateway.timestamps.failed", "{request}", "Requests without a token that counts, by authority and reason.");
    }

    public void Stamped(string authority, bool item) => _stamped.Add(1, Tag("authority", authority), Tag("what", item ? "item" : "tree"));

    public void Failed(string authority, TimestampFailure reason) => _failed.Add(1, Tag("authority", authority), Tag("reason", reason.ToString()));

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
