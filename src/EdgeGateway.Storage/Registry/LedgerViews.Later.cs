using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// What later logs say of this log's items. The views of a closed log take such entries behind their own, log by log, so that everything
/// that is asked of them is answered as of now.
/// </summary>
public sealed partial class LedgerViews
{
    /// <summary>Entries of this log that speak of items of another one, behind a number, in the order in which they took effect.</summary>
    /// <param name="log">Leaf hash of the other log's entry 0.</param>
    public IReadOnlyList<(long Number, long Entry)> EntriesAbout(Hash log, long number, int maximum) =>
        _open.UseRegistry(registry => registry.Read(database => ClosedItemPart.Behind(database, log, number, maximum)));

    /// <summary>The number of the last entry of a later log that was taken; 0 before the first.</summary>
    public long TakenFrom(Hash later) => _open.UseRegistry(registry => registry.Read(database => LaterPart.TakenFrom(database, later)));

    /// <summary>
    /// Takes entries of a later log that speak of items of this one; all or none. All entries of this log and of those between must have been
    /// taken before: the newest word counts.
    /// </summary>
    /// <param name="number">Of the last of them.</param>
    /// <returns>False if a damaged file was found and is to be made again: read on at <see cref="Position"/>.</returns>
    public bool ApplyLater(Hash later, IReadOnlyList<LedgerRecord> records, long number)
    {
        lock (_writing)
        {
            return Writing(() =>
            {
                _open.WriteRegistry(registry => registry.ApplyLater(later, records, number));
                return true;
            });
        }
    }
}
