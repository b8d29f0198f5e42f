using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>The checkpoint and key that a bag brings, and whether its entries are in that tree. Keys are the bag's own until a policy says so.</summary>
sealed class BagLedger(BagFolder bag, BagSteps steps)
{
    readonly Dictionary<long, string> _folders = new() { [0] = BagPath.Ledger + "genesis" };

    public VerifierKey Key { get; private set; } = null!;

    public Checkpoint Checkpoint { get; private set; } = null!;

    public SignedNote Note { get; private set; } = null!;

    public Hash Genesis { get; private set; }

    /// <summary>As entry 0 names it.</summary>
    public string TimeZone { get; private set; } = "UTC";

    /// <returns>False: nothing can be proven with it.</returns>
    public bool Open() =>
        steps.Try("checkpoint", BagPath.Ledger, OpenCheckpoint)
        && steps.Take("genesis", BagPath.Ledger + "genesis", OpenGenesis);

    /// <summary>Step "inclusion": its place in the tree, its ledger, and its commitment.</summary>
    /// <param name="index">Null: the folder is named by it.</param>
    /// <returns>Null where it failed.</returns>
    public BagEntry? Read(string folder, long? index = null)
    {
        BagEntry? entry = null;
        var good = steps.Try("inclusion", folder, () =>
        {
            entry = BagEntry.Read(bag, folder, index ?? BagEntry.IndexOf(folder) ?? throw new BagRefusedException("refused.name", folder));
            Check(entry);
            steps.Good("inclusion", folder, entry.Index, Checkpoint.Size);
        });
        if (entry is not null && good)
        {
            _folders.TryAdd(entry.Index, folder);
            return entry;
        }

        entry?.Dispose();
        return null;
    }

    /// <summary>Where an entry lies that was proven; null: it is not here.</summary>
    public string? FolderOf(long index) => _folders.GetValueOrDefault(index);

    void OpenCheckpoint()
    {
        Key = VerifierKey.TryParse(Encoding.UTF8.GetString(bag.Read(BagPath.Ledger + "log.vkey", 8192)).TrimEnd('\n'), out var key, out var error)
            ? key : throw new BagRefusedException("refused.key", error);
        var bytes = bag.Read(BagPath.Ledger + "checkpoint", SignedNote.MaximumBytes);
        if (!SignedNote.TryParse(bytes, out var note, out error)) throw new BagRefusedException("refused.checkpoint", error);
        if (!Checkpoint.TryOpen(bytes, Key, Key.Name, out var checkpoint, out error)) throw new BagRefusedException("refused.checkpoint", error);
        var signature = note.Signatures.First(line => line.Name == Key.Name && line.KeyId == Key.KeyId);
        Same("checkpoint.txt", Encoding.UTF8.GetBytes(note.Text));
        Same("checkpoint.sig", signature.Bytes);
        Same("log.der", Export.EntryFolders.Der(Key));
        (Note, Checkpoint) = (note, checkpoint);
        steps.Good("checkpoint", BagPath.Ledger, Checkpoint.Origin, Checkpoint.Size);
    }

    void OpenGenesis()
    {
        using var genesis = BagEntry.Read(bag, BagPath.Ledger + "genesis", 0);
        Genesis = genesis.LeafHash;
        Check(genesis);
        if (genesis.View.Body.Text("key"u8) != Key.ToString()) throw new BagRefusedException("refused.genesis");
        TimeZone = genesis.View.Body.Text("timeZone"u8) ?? TimeZone;
    }

    void Check(BagEntry entry)
    {
        if (entry.Proof.Note.ToString() != Note.ToString()) throw new BagRefusedException("refused.other-checkpoint");

        // The checkpoint's signature was verified when it was opened; it is the same for every entry.
        if (!Merkle.VerifyInclusion(entry.Index, Checkpoint.Size, entry.LeafHash, entry.Proof.Path, Checkpoint.Root)) throw new BagRefusedException("refused.proof", entry.Proof.Verify(entry.LeafHash, Key, Key.Name).Sentence);
        if (entry.Index > 0 && entry.View.Log != Genesis) throw new BagRefusedException("refused.log");
        if (!entry.View.IsErased && !entry.View.CommitmentHolds()) throw new BagRefusedException("refused.commitment");
    }

    void Same(string name, ReadOnlySpan<byte> expected)
    {
        if (!bag.Read(BagPath.Ledger + name, 8192).AsSpan().SequenceEqual(expected)) throw new BagRefusedException("refused.differs", BagPath.Ledger + name);
    }
}
