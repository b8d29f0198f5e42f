namespace EdgeGateway.Storage.Objects;

/// <summary>
/// The object that is on disk under a digest is not of the size that content of this digest has. It is left as it is:
/// somebody must look at the disk and fetch the object from a backup.
/// </summary>
public sealed class ObjectDamagedException(string path, long size, long expected)
    : IOException($"Object '{path}' has {size} bytes where its digest belongs to {expected}: restore it from a backup.");
