using System.Globalization;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>An entry's folder in a bag. Disposing ends its view.</summary>
sealed class BagEntry(string folder, LedgerRecord record, TlogProof proof, EntryView view) : IDisposable
{
    public string Folder => folder;

    public long Index => record.Index;

    public LedgerRecord Record => record;

    public ReadOnlyMemory<byte> Leaf => record.Leaf;

    public Hash LeafHash { get; } = view.LeafHash;

    public TlogProof Proof => proof;

    public EntryView View => view;

    /// <exception cref="BagRefusedException">A file is missing, too long or malformed, or the proof is of another entry than the folder's name says.</exception>
    /// <exception cref="LedgerCorruptException">Leaf or private part is not what the format says.</exception>
    public static BagEntry Read(BagFolder bag, string folder, long index)
    {
        if (!TlogProof.TryParse(bag.Read($"{folder}/proof.tlog-proof", TlogProof.MaximumBytes), out var proof, out var error)) throw new BagRefusedException("refused.proof", error);
        if (proof.Index != index) throw new BagRefusedException("refused.index", proof.Index);
        var leaf = bag.Read($"{folder}/leaf.json", LedgerRecord.MaximumLeafBytes);
        var record = new LedgerRecord(index, leaf, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty);
        if (bag.Has($"{folder}/private.json") || bag.Has($"{folder}/salt"))
        {
            record = record with
            {
                Salt = bag.Read($"{folder}/salt", LedgerRecord.SaltBytes),
                PrivatePart = bag.Read($"{folder}/private.json", LedgerRecord.MaximumPrivateBytes),
            };
        }

        return new BagEntry(folder, record, proof, EntryView.Parse(record));
    }

    /// <summary>The index that a folder is named by; null where it is named otherwise.</summary>
    public static long? IndexOf(string folder)
    {
        var name = folder[(folder.LastIndexOf('/') + 1)..];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index.ToString(CultureInfo.InvariantCulture) == name ? index : null;
    }

    public void Dispose() => view.Dispose();
}
