using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>What a month's file holds, so that a query opens only the files it needs.</summary>
/// <param name="Month"><c>2026-11</c>: of the entries' <c>at</c>, in UTC.</param>
/// <param name="First">First index; with <paramref name="Last"/> the range may overlap another month's after a clock step.</param>
/// <param name="From">Earliest <see cref="EvidenceItem.Time"/>, microseconds since 1970.</param>
/// <param name="To">The latest.</param>
sealed record MonthRange(string Month, long First, long Last, long From, long To)
{
    public static string MonthOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    public static MonthRange Empty(string month) => new(month, long.MaxValue, -1, long.MaxValue, long.MinValue);

    public MonthRange With(EvidenceItem item)
    {
        var time = EvidenceDocument.Microseconds(item.Time);
        return this with
        {
            First = Math.Min(First, item.Index),
            Last = Math.Max(Last, item.Index),
            From = Math.Min(From, time),
            To = Math.Max(To, time),
        };
    }

    public bool MayHold(EvidenceQuery query) =>
        Last > query.After
        && (query.From is not { } from || To >= EvidenceDocument.Microseconds(from))
        && (query.To is not { } to || From <= EvidenceDocument.Microseconds(to));

    public void WriteTo(BsonDocument document)
    {
        document["first"] = First;
        document["last"] = Last;
        document["from"] = From;
        document["to"] = To;
    }

    public static MonthRange Read(string month, BsonDocument document) => document["first"].IsInt64
        ? new MonthRange(
            month, document["first"].AsInt64, document["last"].AsInt64, document["from"].AsInt64, document["to"].AsInt64)
        : Empty(month);
}
