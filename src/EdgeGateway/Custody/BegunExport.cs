using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>
/// What the last call of an export may seal: that a bag is whole says something only behind the record of what belongs into it.
/// </summary>
/// <param name="records">Indices of the records that the export sealed when it began, one for each item.</param>
sealed class BegunExport(GatewayData data, SelectedLog log, IReadOnlyList<long> records)
{
    /// <summary>Refuses unless the newest export of each item is one of these and nothing says yet that its bag is whole. The views must be caught up.</summary>
    /// <exception cref="GatewayException">There is none, another began after it, or it is finished.</exception>
    public void Check(IReadOnlyList<long> items)
    {
        if (records.Distinct().Count() != items.Count) throw Failure.Usage("export.records", records.Count, items.Count);
        foreach (var item in items)
        {
            var newest = log.Views().EventsOf(item).LastOrDefault(one => one.Action is "export" or "exported");
            if (newest is not { Action: "export" } begun || !records.Contains(begun.Index) || !IsRecord(begun.Index, begun.Log)) throw Failure.Of("export.not-begun", item);
        }
    }

    /// <summary>Of the log that is written, as this export's are.</summary>
    bool IsRecord(long index, Hash? of)
    {
        if (of != (log.ClosedId is null ? null : data.LogId)) return false;
        using var entry = EntryView.Parse(data.Ledger.Read(index, 1)[0]);
        return ExportRecord.Is(entry);
    }
}
