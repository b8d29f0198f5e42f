using System.Globalization;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes entries into folders of the bag: <c>leaf.json</c>, <c>salt</c>, <c>private.json</c>, all byte for byte, and
/// <c>proof.tlog-proof</c>. Each proof is checked before it leaves the house.
/// </summary>
sealed class EntryFolders(BagTarget bag, IExportSource source, VerifyCommands commands, ExportHead head)
{
    // RFC 8410: the SubjectPublicKeyInfo of Ed25519 is this and the 32 bytes.
    static readonly byte[] DerPrefix = Convert.FromHexString("302a300506032b6570032100");

    readonly SignedNote _note = SignedNote.TryParse(Encoding.UTF8.GetBytes(head.Checkpoint), out var note, out var error)
        ? note
        : throw new LedgerCorruptException($"The checkpoint can't be read: {error}");

    bool _isSignatureVerified;

    public static byte[] Der(VerifierKey key) => [.. DerPrefix, .. key.PublicKey];

    public async Task AddLedgerAsync()
    {
        if (_note.Signatures.FirstOrDefault(line => line.Name == head.Key.Name && line.KeyId == head.Key.KeyId) is not { } signature)
        {
            throw new LedgerCorruptException($"The checkpoint has no signature of {head.Key}. Run 'edgegw ledger verify'.");
        }

        bag.Add(BagPath.Ledger + "checkpoint", head.Checkpoint);
        bag.Add(BagPath.Ledger + "checkpoint.txt", _note.Text);
        bag.Add(BagPath.Ledger + "checkpoint.sig", signature.Bytes);
        bag.Add(BagPath.Ledger + "log.vkey", $"{head.Key}\n");
        bag.Add(BagPath.Ledger + "log.der", Der(head.Key));
        await AddAsync(BagPath.Ledger + "genesis", 0);
    }

    public async Task<ExportedEntry> AddAsync(string folder, long index)
    {
        var entry = await source.EntryAsync(index, head.Size);
        var proof = TlogProof.Create(index, entry.Paths[0], _note);

        // The checkpoint's signature is verified with the first of them; it is the same for every entry.
        if (!_isSignatureVerified && proof.Verify(entry.LeafHash, head.Key) is { IsGood: false }
            || !Merkle.VerifyInclusion(index, proof.Checkpoint.Size, entry.LeafHash, proof.Path, proof.Checkpoint.Root))
        {
            throw new LedgerCorruptException($"The proof of entry {index} does not verify: {proof.Verify(entry.LeafHash, head.Key).Sentence} Run 'edgegw ledger verify'.");
        }

        _isSignatureVerified = true;

        bag.Add($"{folder}/leaf.json", entry.Record.Leaf.Span);
        if (!entry.IsErased)
        {
            bag.Add($"{folder}/salt", entry.Record.Salt.Span);
            bag.Add($"{folder}/private.json", entry.Record.PrivatePart.Span);
        }

        bag.Add($"{folder}/proof.tlog-proof", proof.Encode());
        commands.Entry(folder, entry, head.Size);
        return entry;
    }

    /// <summary>The path of an entry in another tree than the checkpoint's, a hash a line; checked against that tree's root.</summary>
    public async Task<Hash[]> AddPathAsync(string folder, long index, Checkpoint tree)
    {
        var entry = await source.EntryAsync(index, tree.Size);
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
