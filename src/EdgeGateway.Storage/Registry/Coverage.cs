using System.Collections.Immutable;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// How far the views are, kept as one document so that damage takes all of it or nothing. Immutable: readers see one state
/// or the next.
/// </summary>
/// <param name="DevicePosition">Every <c>device</c> entry below this index is in the registry.</param>
/// <param name="EvidencePosition">Every evidence entry below this index is in its month's file.</param>
/// <param name="Devices">How many devices the registry holds, so that lost ones are noticed.</param>
/// <param name="Ranges">The months there are.</param>
sealed record Coverage(
    long DevicePosition, long EvidencePosition, int Devices, ImmutableDictionary<string, MonthRange> Ranges)
{
    public static readonly Coverage None = new(0, 0, 0, ImmutableDictionary<string, MonthRange>.Empty);

    public long Position => Math.Min(DevicePosition, EvidencePosition);

    public void WriteTo(BsonDocument state)
    {
        var months = new BsonDocument();
        foreach (var range in Ranges.Values.OrderBy(range => range.Month, StringComparer.Ordinal))
        {
            var month = new BsonDocument();
            range.WriteTo(month);
            months[range.Month] = month;
        }

        state["position"] = DevicePosition;
        state["evidencePosition"] = EvidencePosition;
        state["devices"] = Devices;
        state["months"] = months;
    }

    public static Coverage Read(BsonDocument state) => state["months"].IsDocument
        ? new Coverage(
            state["position"].AsInt64,
            state["evidencePosition"].AsInt64,
            state["devices"].AsInt32,
            state["months"].AsDocument.ToImmutableDictionary(
                month => month.Key, month => MonthRange.Read(month.Key, month.Value.AsDocument)))
        : None;
}
