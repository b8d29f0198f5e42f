using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// The partial tiles and bundles of earlier sizes: no checkpoint of now asks for them, but whoever holds an earlier one
/// does, so each must be the beginning of the file that took its place. Wider ones than the checkpoint's are of a size that
/// is not signed yet, and are passed over.
/// </summary>
static class Leftovers
{
    /// <param name="size">Of the checkpoint; everything that it implies is checked already.</param>
    /// <returns>The fault with the lowest entry, or null: there is none.</returns>
    public static LogFault? Check(TileFolder folder, long size, CancellationToken cancellationToken)
    {
        LogFault? first = null;
        foreach (var group in folder.Partials().GroupBy(path => path.Full))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TileMath.Width(group.Key.Level, group.Key.Number, size) is var width && width == 0) continue;
            var fault = Check(folder, group.Key, width, group.Where(path => path.Width < width).OrderBy(path => path.Width));
            if (fault is not null && (first is null || fault.EntryIndex < first.EntryIndex)) first = fault;
        }

        return first;
    }

    /// <summary>Reads the one that took their place once.</summary>
    static LogFault? Check(TileFolder folder, TilePath full, int width, IEnumerable<TilePath> narrower)
    {
        var current = full.HoldsEntries ? TilePath.ForEntries(full.Number, width) : TilePath.ForHashes(full.Level, full.Number, width);
        ReadOnlyMemory<byte>? wider = null;
        foreach (var path in narrower)
        {
            // A gateway that runs beside takes partial ones away once the full one has come.
            if (folder.Read(path) is not { } leftover) continue;
            if (wider is null && (wider = folder.Read(current)) is null && (wider = folder.Read(current = full)) is null) return null;
            if (LogVerifier.CheckLeftover(new TileFile(path, leftover.Span), new TileFile(current, wider.Value.Span)) is { } fault) return fault;
        }

        return null;
    }
}
