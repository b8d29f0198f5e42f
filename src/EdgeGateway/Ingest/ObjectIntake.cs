using EdgeGateway.Evidence;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Ingest;

/// <summary>Copies a file that lies elsewhere into the object store, digesting it on the way, so that what is sealed is what was read and fsynced here.</summary>
static class ObjectIntake
{
    /// <summary>Enough to tell every type of <see cref="MediaTypes"/>.</summary>
    const int HeadBytes = 64;

    /// <param name="size">As it was listed; a file that has more is not kept.</param>
    /// <param name="isUnchanged">Asked when all is read; null where nobody can write to it.</param>
    /// <returns>Null where it changed meanwhile; nothing is kept then.</returns>
    /// <exception cref="StorageFullException">There is no room.</exception>
    /// <exception cref="IOException">It can't be read, or not be kept.</exception>
    public static async Task<StoredObject?> KeepAsync(
        ObjectStore objects, FileStream content, long size, string? fileName, Func<bool>? isUnchanged, CancellationToken cancellationToken)
    {
        var head = new byte[(int)Math.Min(HeadBytes, size)];
        await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        content.Position = 0;
        var put = await objects.PutAsync(content, size, announced: null, cancellationToken, isUnchanged);
        return put.IsDurable ? new StoredObject(put.Digest, put.Sm3, put.Size, head, fileName) : null;
    }
}
