using System.Globalization;
using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Bags;

/// <summary>
/// Who cosigned a checkpoint that covers an item. Cosignatures count together on one checkpoint alone, which the ledger's own
/// key signed and the item's proof leads to: on different trees they could be of different histories.
/// </summary>
/// <param name="policy">Trusts every log of the chain that it trusts one of.</param>
sealed class BagWitnesses(BagFolder bag, BagChain chain, WitnessPolicy? policy, BagSteps steps, TextTable texts)
{
    const int MaximumWitnesses = SignedNote.MaximumSignatures;

    readonly HashSet<string> _checked = [];
    readonly Dictionary<string, PolicyVerdict> _verdicts = [];
    List<SignedNote>? _ofLater;

    /// <summary>Steps "witnessed" and "witnesses".</summary>
    public void Check(BagEntry item)
    {
        var notes = new List<SignedNote> { chain.Items.Note };
        AddWitnessed(notes, chain.Items, item);
        notes.AddRange(_ofLater ??= OfLater());
        if (policy is null)
        {
            var names = notes.Select(Names).FirstOrDefault(names => names.Length > 0);
            if (names is null) steps.Open("witnesses", item.Folder, "witnesses.nobody");
            else steps.Open("witnesses", item.Folder, "witnesses.unknown", names);
            return;
        }

        Judge(item, notes, policy);
    }

    /// <summary>What cosigns a tree of a later log covers its entry 0, and with that the end of the log before.</summary>
    List<SignedNote> OfLater()
    {
        var notes = new List<SignedNote>();
        foreach (var log in chain.Logs.Skip(1))
        {
            notes.Add(log.Note);
            using var genesis = BagEntry.Read(bag, log.Folder + "genesis", 0);
            AddWitnessed(notes, log, genesis);
        }

        return notes;
    }

    void AddWitnessed(List<SignedNote> notes, BagLedger log, BagEntry entry)
    {
        if (!bag.Has($"{entry.Folder}/{BagPath.WitnessedProof}")) return;
        steps.Try("witnessed", entry.Folder, () =>
        {
            var proof = ReadProof(log, entry);
            steps.Good("witnessed", entry.Folder, entry.Index, proof.Checkpoint.Size, Names(proof.Note));
            notes.Add(proof.Note);
        });
    }

    void Judge(BagEntry item, List<SignedNote> notes, WitnessPolicy policy)
    {

        var verdict = notes.Select(note => Evaluate(policy, note)).OrderByDescending(verdict => verdict.IsGood).ThenBy(verdict => verdict.IsSelfAttestedOnly).ThenByDescending(verdict => verdict.Cosignatures.Count).First();
        var names = verdict.Cosignatures.Count == 0 ? "-" : string.Join(texts["witnesses.comma"], verdict.Cosignatures.Select(Shown));
        if (verdict.Error is { } error) steps.Failed("witnesses", item.Folder, "refused.checkpoint", error);
        else if (!verdict.QuorumMet) steps.Failed("witnesses", item.Folder, "witnesses.few", DisplayText.Of(policy.QuorumName), names);
        else if (!verdict.IsSelfAttestedOnly) steps.Good("witnesses", item.Folder, names);
        else if (verdict.Cosignatures.Count == 0) steps.Open("witnesses", item.Folder, "witnesses.none");
        else steps.Open("witnesses", item.Folder, "witnesses.self", names);
    }

    /// <summary>Many items have the same note.</summary>
    PolicyVerdict Evaluate(WitnessPolicy given, SignedNote note)
    {
        var text = note.ToString();
        return _verdicts.TryGetValue(text, out var known) ? known : _verdicts[text] = given.Evaluate(note);
    }

    TlogProof ReadProof(BagLedger log, BagEntry item)
    {
        if (!TlogProof.TryParse(bag.Read($"{item.Folder}/{BagPath.WitnessedProof}", TlogProof.MaximumBytes), out var proof, out var error)) throw new BagRefusedException("refused.proof", error);
        if (proof.Index != item.Index) throw new BagRefusedException("refused.index", proof.Index);
        if (proof.Verify(item.LeafHash, log.Key, log.Key.Name) is { IsGood: false } verdict) throw new BagRefusedException("refused.proof", verdict.Sentence);
        var folder = string.Create(CultureInfo.InvariantCulture, $"{BagPath.Witnessed(log.Number)}{proof.Checkpoint.Size}");
        if (_checked.Add(folder)) CheckFolder(log, folder, proof.Note);
        else Same($"{folder}/checkpoint", Encoding.UTF8.GetBytes(proof.Note.ToString()));
        return proof;
    }

    /// <summary>What openssl is given there is what the note says.</summary>
    void CheckFolder(BagLedger log, string folder, SignedNote note)
    {
        Same($"{folder}/checkpoint", Encoding.UTF8.GetBytes(note.ToString()));
        Same($"{folder}/checkpoint.txt", Encoding.UTF8.GetBytes(note.Text));
        Same($"{folder}/checkpoint.sig", note.Signatures.First(line => line.Name == log.Key.Name && line.KeyId == log.Key.KeyId).Bytes);
        for (var number = 1; number <= MaximumWitnesses; number++)
        {
            var witness = string.Create(CultureInfo.InvariantCulture, $"{folder}/witness-{number}");
            if (!bag.Has($"{witness}.vkey")) return;
            if (!VerifierKey.TryParse(Encoding.UTF8.GetString(bag.Read($"{witness}.vkey", 8192)).TrimEnd('\n'), out var key, out var error)) throw new BagRefusedException("refused.key", error);
            if (!note.TryVerify([key], out var signatures, out error)) throw new BagRefusedException("refused.checkpoint", error);
            if (CosignatureLine.Read(signatures[0].Signature.ToString().Split(' ')[^1]) is not { } line) throw new BagRefusedException("refused.cosignature");
            Same($"{witness}.der", EntryFolders.Der(key));
            Same($"{witness}.txt", Encoding.UTF8.GetBytes(CosignatureLine.Message(line.Timestamp, note.Text)));
            Same($"{witness}.sig", line.Signature);
        }
    }

    void Same(string file, ReadOnlySpan<byte> expected)
    {
        if (!bag.Read(file, SignedNote.MaximumBytes).AsSpan().SequenceEqual(expected)) throw new BagRefusedException("refused.differs", file);
    }

    string Names(SignedNote note) => string.Join(texts["witnesses.comma"], note.Signatures.Where(line => !chain.Logs.Any(log => IsOf(line, log.Key) || log.Recovery is { } recovery && IsOf(line, recovery))).Select(line => DisplayText.Of(line.Name)));

    static bool IsOf(NoteSignature line, VerifierKey key) => line.Name == key.Name && line.KeyId == key.KeyId;

    string Shown(PolicyCosignature cosignature) => texts.Format(
        cosignature.Witness.Operator is null ? "witnesses.unnamed" : cosignature.OtherAdministration ? "witnesses.other" : "witnesses.same",
        DisplayText.Of(cosignature.Witness.Name), DisplayText.Of(cosignature.Witness.Operator));
}
