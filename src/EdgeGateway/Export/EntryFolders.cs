using System.Globalization;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes entries into folders of the bag: <c>leaf.json</c>, <c>salt</c>, <c>private.json</c>, all byte for byte, and
/// <c>proof.tlog-proof</c>. Each proof is checked before it leaves the house.
/// </summary>
sealed class EntryFolders(BagTarget bag, ExportLog log, VerifyCommands commands)
{
    // RFC 8410: the SubjectPublicKeyInfo of Ed25519 is this and the 32 bytes.
    static readonly byte[] DerPrefix = Convert.FromHexString("302a300506032b6570032100");

    readonly SignedNote _note = NoteOf(log.Head.Checkpoint);

    bool _isSignatureVerified;

    public static byte[] Der(VerifierKey key) => [.. DerPrefix, .. key.PublicKey];

    public static SignedNote NoteOf(string checkpoint) => SignedNote.TryParse(Encoding.UTF8.GetBytes(checkpoint), out var note, out var error)
        ? note
        : throw new LedgerCorruptException($"The checkpoint can't be read: {error}");

    /// <summary>The checkpoint, the keys, and entry 0.</summary>
    public async Task AddLedgerAsync()
    {
        var head = log.Head;
        AddCheckpoint(log.Folder, _note, head.Signer);
        AddKey($"{log.Folder}log", head.Key);
        if (head.Recovery is { } recovery) AddKey($"{log.Folder}recovery", recovery);
        await AddAsync($"{log.Folder}genesis", 0);
        commands.Checkpoint(log.Folder, head.IsSignedByRecovery);
        if (head.Recovery is not null) commands.Recovery(log.Folder);
        if (head.OwnCheckpoint is { } own) await AddOwnAsync(NoteOf(own));
    }

    /// <summary>The last checkpoint that the log's own key signed: it holds entry 0, which names the recovery key that signed the end.</summary>
    async Task AddOwnAsync(SignedNote note)
    {
        var folder = $"{log.Folder}own";
        if (!Checkpoint.TryParse(note.Text, out var tree, out var error)) throw new LedgerCorruptException($"The checkpoint can't be read: {error}");
        AddCheckpoint($"{folder}/", note, log.Head.Key);
        commands.Own(log.Folder, tree.Size, await AddPathAsync(folder, 0, tree));
    }

    void AddCheckpoint(string folder, SignedNote note, VerifierKey signer)
    {
        if (note.Signatures.FirstOrDefault(line => line.Name == signer.Name && line.KeyId == signer.KeyId) is not { } signature)
        {
            throw new LedgerCorruptException($"The checkpoint has no signature of {signer}. Run 'edgegw ledger verify'.");
        }

        bag.Add($"{folder}checkpoint", note.ToString());
        bag.Add($"{folder}checkpoint.txt", note.Text);
        bag.Add($"{folder}checkpoint.sig", signature.Bytes);
    }

    void AddKey(string place, VerifierKey key)
    {
        bag.Add($"{place}.vkey", $"{key}\n");
        bag.Add($"{place}.der", Der(key));
    }

    /// <param name="leafOnly">Leaves the private part out, and says nothing of it.</param>
    /// <param name="mayBeErased">Of an item alone.</param>
    public async Task<ExportedEntry> AddAsync(string folder, long index, bool leafOnly = false, bool mayBeErased = false)
    {
        var head = log.Head;
        var entry = await log.Source.EntryAsync(index, head.Size);
        if (entry.IsErased && !leafOnly && !mayBeErased) throw new LedgerCorruptException($"Entry {index} of {head.Origin} lacks its private part, and only items are ever erased. Run 'edgegw ledger verify'.");
        if (leafOnly) entry = entry with { Record = new LedgerRecord(index, entry.Record.Leaf, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty) };
        var proof = TlogProof.Create(index, entry.Paths[0], _note);

        // The checkpoint's signature is verified with the first of them; it is the same for every entry.
        if (!_isSignatureVerified && proof.Verify(entry.LeafHash, head.Signer) is { IsGood: false }
            || !Merkle.VerifyInclusion(index, proof.Checkpoint.Size, entry.LeafHash, proof.Path, proof.Checkpoint.Root))
        {
            throw new LedgerCorruptException($"The proof of entry {index} does not verify: {proof.Verify(entry.LeafHash, head.Signer).Sentence} Run 'edgegw ledger verify'.");
        }

        _isSignatureVerified = true;

        bag.Add($"{folder}/leaf.json", entry.Record.Leaf.Span);
        if (!entry.IsErased)
        {
            bag.Add($"{folder}/salt", entry.Record.Salt.Span);
            bag.Add($"{folder}/private.json", entry.Record.PrivatePart.Span);
        }

        bag.Add($"{folder}/proof.tlog-proof", proof.Encode());
        commands.Entry(folder, entry, head.Size, log.Folder);
        return entry;
    }

    /// <summary>The path of an entry in another tree than the checkpoint's, a hash a line; checked against that tree's root.</summary>
    public async Task<Hash[]> AddPathAsync(string folder, long index, Checkpoint tree)
    {
        var entry = await log.Source.EntryAsync(index, tree.Size);
        var path = entry.Paths[0];
        if (!Merkle.VerifyInclusion(index, tree.Size, entry.LeafHash, path, tree.Root))
        {
            throw new LedgerCorruptException($"Entry {index} is not in the tree of {tree.Size} entries that was stamped. Run 'edgegw ledger verify'.");
        }

        bag.Add(
            string.Create(CultureInfo.InvariantCulture, $"{folder}/path-{tree.Size}.txt"),
            string.Concat(path.Select(hash => $"{Convert.ToBase64String(hash.ToArray())}\n")));
        return path;
    }
}
