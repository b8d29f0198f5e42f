using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Objects;

/// <summary>What became of content handed to the store.</summary>
/// <param name="Digest">SHA-256 of the content; <c>default</c> where it was <see cref="PutStatus.TooLarge"/>.</param>
/// <param name="Size">Bytes read.</param>
public readonly record struct PutResult(PutStatus Status, Hash Digest, long Size)
{
    /// <summary>SM3 of the same bytes, from the same pass; null where the store does not compute it or nothing was kept.</summary>
    public Hash? Sm3 { get; init; }

    /// <summary>Whether the object is on disk, fsynced, under its digest.</summary>
    public bool IsDurable => Status is PutStatus.Stored or PutStatus.AlreadyThere;
}

public enum PutStatus
{
    Stored,

    /// <summary>An object of this digest and size was there; it was read again and is intact.</summary>
    AlreadyThere,

    /// <summary>More than the limit came; nothing was kept.</summary>
    TooLarge,

    /// <summary>The content is not what was announced; nothing was kept.</summary>
    OtherDigest,

    /// <summary>What it was read from changed meanwhile; nothing was kept.</summary>
    Changed,
}

/// <summary>What re-reading an object found.</summary>
public enum ObjectCondition
{
    Intact,
    Missing,

    /// <summary>Its bytes no longer have the digest that it is named by.</summary>
    Damaged,
}
