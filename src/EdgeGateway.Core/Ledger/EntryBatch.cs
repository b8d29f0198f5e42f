namespace EdgeGateway.Ledger;

/// <summary>
/// The <c>batch</c> field of an entry: views apply an action's entries together, at the last of them, so that half of one
/// never shows.
/// </summary>
/// <param name="Id">The action's own id: 1 to 64 letters, digits and hyphens, never used twice.</param>
/// <param name="Number">From 1.</param>
/// <param name="Of">How many there are.</param>
public sealed record EntryBatch(string Id, int Number, int Of);
