using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Export;

/// <summary>Where the bytes of objects lie: in the data directory, or on the numbered medium that they were moved to.</summary>
/// <param name="MediumPath">Where a medium is mounted; null if none is given.</param>
sealed record ObjectPlaces(string Data, string? MediumPath)
{
    /// <param name="of">What it belongs to, e.g. <c>entry 7</c>.</param>
    /// <param name="medium">载体编号 of the medium that it was moved to; null while it should be here.</param>
    /// <exception cref="GatewayException">It is in neither place; says what to do.</exception>
    public Stream Open(Hash digest, string of, string? medium)
    {
        var here = ObjectStore.PathIn(Path.Combine(Data, "objects"), digest);
        var path = File.Exists(here) || MediumPath is null ? here : ObjectStore.PathIn(MediumPath, digest);
        if (File.Exists(path)) return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        throw new GatewayException(medium is null
            ? $"The object of {of} is missing: '{path}'. Restore it from a backup."
            : $"The object of {of} was moved to medium {DisplayText.Of(medium)} (载体编号), and is not in '{path}': mount that medium and give --medium-path DIR.");
    }
}
