using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>Looks items up in a log, a bundle at a time. One thread.</summary>
sealed class ItemLookup(SelectedLog log)
{
    IReadOnlyList<LedgerRecord> _bundle = [];

    /// <summary>The evidence or refusal with this index.</summary>
    /// <param name="error">Why there is none, in a sentence with the remedy.</param>
    public SealedItem? Find(long index, out EntryKind kind, out string? error)
    {
        kind = EntryKind.Evidence;
        error = null;
        if (index < 0 || index >= log.Size)
        {
            error = log.NoEntry(index);
            return null;
        }

        if (_bundle.Count == 0 || index < _bundle[0].Index || index > _bundle[^1].Index)
        {
            _bundle = log.Ledger.Read(index / TilePath.FullWidth * TilePath.FullWidth, TilePath.FullWidth);
        }

        using var entry = EntryView.Parse(_bundle[(int)(index - _bundle[0].Index)]);
        if (entry.Kind is not (EntryKind.Evidence or EntryKind.Quarantine))
        {
            error = Said.Of("no-evidence", index, Words.Value("kind", Evidence.DisplayText.Of(entry.KindName)));
            return null;
        }

        kind = entry.Kind.Value;
        return new SealedItem(index, entry.LeafHash, entry.SubjectDevice is null ? Subjects.Gateway : entry.Subject, log.ClosedId) { IsBench = entry.Body.HasFlag(EntryFlags.Bench) };
    }
}
