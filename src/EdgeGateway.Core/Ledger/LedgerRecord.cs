namespace EdgeGateway.Ledger;

/// <summary>
/// One entry as it lies on disk: the leaf that the tree commits to, and the salt and private part that the leaf commits
/// to. Salt and private part are empty once erased (a tombstone entry says by whom and why).
/// </summary>
/// <param name="Index">Position in the ledger, from 0.</param>
/// <param name="Leaf">Canonical JSON, at most <see cref="MaximumLeafBytes"/>.</param>
/// <param name="Salt">32 bytes, or empty.</param>
/// <param name="PrivatePart">Canonical JSON, at most <see cref="MaximumPrivateBytes"/>, or empty.</param>
public readonly record struct LedgerRecord(
    long Index, ReadOnlyMemory<byte> Leaf, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> PrivatePart)
{
    public const int MaximumLeafBytes = 4096;
    public const int MaximumPrivateBytes = 64 * 1024;
    public const int SaltBytes = 32;
}
