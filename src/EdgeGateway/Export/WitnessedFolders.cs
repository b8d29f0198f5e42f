using System.Globalization;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Checkpoints that witnesses cosigned, once each in <c>data/witnessed/&lt;size&gt;</c>: the signed note, what the log and each
/// witness signed, their signatures and keys as openssl takes them; and in the item's folder its proof against that note. Of a log
/// that goes on from the item's it is the proof of entry 0.
/// </summary>
sealed class WitnessedFolders(BagTarget bag, ExportLog log, VerifyCommands commands)
{
    readonly Dictionary<long, SignedNote> _written = [];

    public async Task AddAsync(ExportedItem item, string folder)
    {
        if (item.Witnessed.Cosigners.Count == 0 || item.Witnessed.Log != log.Number) return;
        var note = Note(item.Witnessed, out var tree);
        var place = string.Create(CultureInfo.InvariantCulture, $"{BagPath.Witnessed(log.Number)}{tree.Size}");

        // Of one tree one note is enough, also where another witness came to it meanwhile.
        var isKnown = _written.TryGetValue(tree.Size, out var written);
        if (isKnown) note = written!;
        else Write(place, note, item.Witnessed.Cosigners);
        _written[tree.Size] = note;

        var isLater = log.Number > 0;
        if (isLater && isKnown) return;
        var index = isLater ? 0 : item.Index;
        if (isLater) folder = $"{log.Folder}genesis";
        var entry = await log.Source.EntryAsync(index, tree.Size);
        var proof = TlogProof.Create(index, entry.Paths[0], note);
        if (proof.Verify(entry.LeafHash, log.Head.Key) is { IsGood: false } verdict)
        {
            throw new LedgerCorruptException($"The witnessed proof of entry {index} does not verify: {verdict.Sentence} Run 'edgegw ledger verify'.");
        }

        bag.Add($"{folder}/{BagPath.WitnessedProof}", proof.Encode());
        if (isLater) commands.CoveredLog(folder, place, $"{place}/checkpoint.txt", tree.Size, entry.Paths[0]);
        else commands.Covered(folder, index, place, $"{place}/checkpoint.txt", tree.Size, entry.Paths[0]);
    }

    void Write(string place, SignedNote note, IReadOnlyList<Cosigner> cosigners)
    {
        bag.Add($"{place}/checkpoint", note.ToString());
        bag.Add($"{place}/checkpoint.txt", note.Text);
        bag.Add($"{place}/checkpoint.sig", note.Signatures.First(line => line.Name == log.Head.Key.Name && line.KeyId == log.Head.Key.KeyId).Bytes);
        commands.Witnessed(place, log.Folder);
        var number = 0;
        foreach (var (key, _, _) in cosigners)
        {
            // openssl 3.0 has Ed25519 alone.
            if (key.Type != NoteKeyType.Cosignature || note.Signatures.FirstOrDefault(line => line.Name == key.Name && line.KeyId == key.KeyId) is not { } line) continue;
            if (CosignatureLine.Read(line.ToString().Split(' ')[^1]) is not { } cosignature) continue;
            var witness = string.Create(CultureInfo.InvariantCulture, $"{place}/witness-{++number}");
            bag.Add($"{witness}.vkey", $"{key}\n");
            bag.Add($"{witness}.der", EntryFolders.Der(key));
            bag.Add($"{witness}.txt", CosignatureLine.Message(cosignature.Timestamp, note.Text));
            bag.Add($"{witness}.sig", cosignature.Signature);
            commands.WitnessedBy(place, witness);
        }
    }

    static SignedNote Note(WitnessedTree witnessed, out Checkpoint tree)
    {
        if (!SignedNote.TryParse(Encoding.UTF8.GetBytes(witnessed.Note), out var note, out var error) || !Checkpoint.TryParse(note.Text, out tree!, out error))
        {
            throw new LedgerCorruptException($"The cosigned checkpoint can't be read: {error}");
        }

        return note;
    }
}
