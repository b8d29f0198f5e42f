using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>Where what goes into a bag comes from: the gateway, or a bag that is being checked.</summary>
interface IExportSource
{
    /// <param name="sizes">The trees that its paths are wanted in.</param>
    Task<ExportedEntry> EntryAsync(long index, params IEnumerable<long> sizes);

    /// <summary>The leaf that was stamped alone; of an item that need not be in the bag.</summary>
    /// <param name="file">Where it lies in a bag.</param>
    Task<byte[]> StampedLeafAsync(long index, string file);

    /// <param name="of">What the object belongs to, e.g. <c>entry 7</c>.</param>
    /// <param name="medium">载体编号 of the medium that it was moved to; null while it should be here.</param>
    Stream OpenObject(Hash digest, string of, string? medium);
}
