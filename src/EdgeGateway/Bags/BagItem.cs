using EdgeGateway.Export;

namespace EdgeGateway.Bags;

/// <summary>An item whose entry, bytes and history were proven.</summary>
/// <param name="History">Indices of the entries about it, in order, without its record: of its own log, then of each that goes on from it.</param>
/// <param name="Record">What its export sealed; null of older bags.</param>
sealed record BagItem(long Index, ReviewState Review, IReadOnlyList<IReadOnlyList<long>> History, ExportRecord? Record);
