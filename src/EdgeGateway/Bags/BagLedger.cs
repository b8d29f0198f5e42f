using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>The checkpoint and keys that a bag brings of a log, and whether its entries are in that tree. Keys are the bag's own until a policy says so.</summary>
/// <param name="number">0 is the log of the items, then those that go on from it.</param>
sealed class BagLedger(BagFolder bag, BagSteps steps, int number = 0)
{
    readonly Dictionary<long, string> _folders = new() { [0] = BagPath.Log(number) + "genesis" };

    public int Number => number;

    public string Folder { get; } = BagPath.Log(number);

    public VerifierKey Key { get; private set; } = null!;

    /// <summary>Of a closed log the recovery key that its entry 0 names.</summary>
    public VerifierKey? Recovery { get; private set; }

    /// <summary>Who signed the checkpoint: the log's own key, or the recovery key in its place.</summary>
    public VerifierKey Signer { get; private set; } = null!;

    /// <summary>Where the recovery key signed: a checkpoint of the log's own key over entry 0, which names the recovery key.</summary>
    public SignedNote? OwnNote { get; private set; }

    /// <summary>Whether the log's own key vouches for it all, by its signature or by what it said of the recovery key.</summary>
    public bool IsVouchedFor => Signer.Equals(Key) || OwnNote is not null;

    public Checkpoint Checkpoint { get; private set; } = null!;

    public SignedNote Note { get; private set; } = null!;

    public Hash Genesis { get; private set; }

    /// <summary>As entry 0 names it.</summary>
    public string TimeZone { get; private set; } = "UTC";

    /// <returns>False: nothing can be proven with it.</returns>
    public bool Open() =>
        steps.Try("checkpoint", Folder, OpenCheckpoint)
        && steps.Take("genesis", Folder + "genesis", OpenGenesis)
        && (Signer.Equals(Key) || steps.Try("own", Folder + "own", OpenOwn));

    /// <summary>Step "inclusion": its place in the tree, its ledger, and its commitment.</summary>
    /// <param name="index">Null: the folder is named by it.</param>
    /// <param name="mayBeErased">Whether it may lack its private part: of an item a tombstone can say why, nothing else is ever erased.</param>
    /// <returns>Null where it failed.</returns>
    public BagEntry? Read(string folder, long? index = null, bool mayBeErased = false)
    {
        BagEntry? entry = null;
        var good = steps.Try("inclusion", folder, () =>
        {
            entry = BagEntry.Read(bag, folder, index ?? BagEntry.IndexOf(folder) ?? throw new BagRefusedException("refused.name", folder));
            Check(entry);
            if (entry.View.IsErased && !mayBeErased) throw new BagRefusedException("refused.stripped", entry.Index);
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
    public string? FolderOf(long index)
    {
        if (_folders.TryGetValue(index, out var folder)) return folder;
        if (index == Checkpoint.Size - 1 && bag.Has($"{Folder}closing/leaf.json")) return $"{Folder}closing";
        var after = AfterEntries.Folder(Folder, index);
        return bag.Has($"{after}/leaf.json") ? after : null;
    }

    /// <summary>A log's last entry, which may be of any kind, and without its private part.</summary>
    /// <exception cref="BagRefusedException">It is not there, or is not in the tree.</exception>
    public BagEntry ReadClosing() => Prove($"{Folder}closing", Checkpoint.Size - 1);

    /// <summary>An entry of any kind, that may be its leaf alone; without a step.</summary>
    /// <exception cref="BagRefusedException">It is not there, or is not in the tree.</exception>
    public BagEntry Prove(string folder, long index)
    {
        var entry = BagEntry.Read(bag, folder, index);
        try
        {
            Check(entry);
            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }

    void OpenCheckpoint()
    {
        Key = ReadKey("log");
        if (bag.Has(Folder + "recovery.vkey")) Recovery = ReadKey("recovery");
        var (note, error) = Open(Folder, Key);
        Signer = Key;
        if (note is null && Recovery is not null && Open(Folder, Recovery) is ({ } recovered, _)) (note, Signer) = (recovered, Recovery);
        if (note is null || !Checkpoint.TryParse(note.Text, out var checkpoint, out error)) throw new BagRefusedException("refused.checkpoint", error);
        SameNote(Folder, note, Signer);
        (Note, Checkpoint) = (note, checkpoint);
        if (Signer.Equals(Key)) steps.Good("checkpoint", Folder, Checkpoint.Origin, Checkpoint.Size);
        else steps.Add("checkpoint", Folder, StepState.Good, steps.Text("checkpoint.recovery", Checkpoint.Origin, Checkpoint.Size));
    }

    /// <summary>Without it nothing but a policy that trusts a later log vouches for the recovery key.</summary>
    void OpenOwn()
    {
        if (!bag.Has(Folder + "own/checkpoint"))
        {
            steps.Open("own", Folder, "own.none", Checkpoint.Origin);
            return;
        }

        var (note, error) = Open(Folder + "own/", Key);
        if (note is null || !Checkpoint.TryParse(note.Text, out var tree, out error)) throw new BagRefusedException("refused.checkpoint", error);
        SameNote(Folder + "own/", note, Key);
        var path = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Folder}own/path-{tree.Size}.txt");
        if (tree.Size == 0 || !Merkle.VerifyInclusion(0, tree.Size, Genesis, BagSource.ReadPath(bag, path), tree.Root)) throw new BagRefusedException("refused.path", path);
        OwnNote = note;
        steps.Good("own", Folder + "own", Checkpoint.Origin, tree.Size);
    }

    (SignedNote? Note, string? Error) Open(string folder, VerifierKey signer)
    {
        var bytes = bag.Read(folder + "checkpoint", SignedNote.MaximumBytes);
        if (!SignedNote.TryParse(bytes, out var note, out var error)) return (null, error);
        return Checkpoint.TryOpen(bytes, signer, Key.Name, out _, out error) ? (note, null) : (null, error);
    }

    /// <summary>
    /// An export writes the signer's line alone; the cosigned notes, which its record fixes, lie elsewhere. Any other line would pass for a
    /// signature though nobody checked it.
    /// </summary>
    void SameNote(string folder, SignedNote note, VerifierKey signer)
    {
        if (note.Signatures.Where(line => line.Name != signer.Name || line.KeyId != signer.KeyId).Concat(note.Signatures.Skip(1)).FirstOrDefault() is { } other)
        {
            throw new BagRefusedException("refused.signature-line", folder + "checkpoint", Evidence.DisplayText.Of(other.Name));
        }

        Same(folder + "checkpoint.txt", Encoding.UTF8.GetBytes(note.Text));
        Same(folder + "checkpoint.sig", note.Signatures.First(line => line.Name == signer.Name && line.KeyId == signer.KeyId).Bytes);
    }

    VerifierKey ReadKey(string name)
    {
        if (!VerifierKey.TryParse(Encoding.UTF8.GetString(bag.Read($"{Folder}{name}.vkey", 8192)).TrimEnd('\n'), out var key, out var error)) throw new BagRefusedException("refused.key", error);
        Same($"{Folder}{name}.der", EntryFolders.Der(key));
        return key;
    }

    void OpenGenesis()
    {
        using var genesis = BagEntry.Read(bag, Folder + "genesis", 0);
        Genesis = genesis.LeafHash;
        Check(genesis);
        if (genesis.View.IsErased) throw new BagRefusedException("refused.stripped", 0);
        if (genesis.View.Body.Text("key"u8) != Key.ToString()) throw new BagRefusedException("refused.genesis");
        if (Recovery is { } recovery && genesis.View.Body.Text("recoveryKey"u8) != recovery.ToString()) throw new BagRefusedException("refused.genesis");
        TimeZone = genesis.View.Body.Text("timeZone"u8) ?? TimeZone;
    }

    void Check(BagEntry entry)
    {
        if (entry.Proof.Note.ToString() != Note.ToString()) throw new BagRefusedException("refused.other-checkpoint");

        // The checkpoint's signature was verified when it was opened; it is the same for every entry.
        if (!Merkle.VerifyInclusion(entry.Index, Checkpoint.Size, entry.LeafHash, entry.Proof.Path, Checkpoint.Root)) throw new BagRefusedException("refused.proof", entry.Proof.Verify(entry.LeafHash, Signer, Key.Name).Sentence);
        if (entry.Index > 0 && entry.View.Log != Genesis) throw new BagRefusedException("refused.log");
        if (!entry.View.IsErased && !entry.View.CommitmentHolds()) throw new BagRefusedException("refused.commitment");
    }

    void Same(string file, ReadOnlySpan<byte> expected)
    {
        if (!bag.Read(file, 8192).AsSpan().SequenceEqual(expected)) throw new BagRefusedException("refused.differs", file);
    }
}
