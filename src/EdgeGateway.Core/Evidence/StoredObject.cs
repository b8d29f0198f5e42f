using EdgeGateway.Ledger;

namespace EdgeGateway.Evidence;

/// <summary>Media that is in the object store already, fsynced, when it is handed to the sealer.</summary>
/// <param name="Sm3">Where the gateway is set to compute it.</param>
/// <param name="Head">Its first bytes, by which its type is told.</param>
/// <param name="FileName">As the device calls it; null if it gives none. Never a path on the gateway.</param>
public sealed record StoredObject(Hash Sha256, Hash? Sm3, long Size, ReadOnlyMemory<byte> Head, string? FileName);
