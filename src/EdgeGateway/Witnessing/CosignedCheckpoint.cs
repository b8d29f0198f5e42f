using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>A checkpoint of this ledger with every cosignature that the ledger holds for it.</summary>
/// <param name="Cosigners">Whose cosignatures are on the note, and good.</param>
/// <param name="Verdict">What the site's own policy says of it; null where it has none.</param>
sealed record CosignedCheckpoint(Checkpoint Checkpoint, SignedNote Note, IReadOnlyList<VerifierKey> Cosigners, PolicyVerdict? Verdict)
{
    /// <summary>So many cosignatures are looked back through for a checkpoint that has enough of them.</summary>
    const int LookBack = 64;

    /// <summary>仅自证: nobody under another administration has vouched for it.</summary>
    public bool IsSelfAttestedOnly => Verdict?.IsSelfAttestedOnly ?? true;

    /// <summary>Whether the site's policy has the witnesses it wants; also where it wants none.</summary>
    public bool HasQuorum => Verdict?.QuorumMet ?? true;

    /// <summary>
    /// The newest checkpoint over an entry that has the policy's quorum; without one the newest that is cosigned at all, or
    /// else the newest. Signs one where none covers the entry.
    /// </summary>
    /// <exception cref="GatewayException"><c>Witness:FailOpen</c> is off and there is no quorum.</exception>
    public static async Task<CosignedCheckpoint> CoveringAsync(GatewayData data, long index, CancellationToken cancellationToken)
    {
        await data.CatchUpViewsAsync(cancellationToken);
        var found = FindCosigned(data, index) ?? await NewestAsync(data, index, cancellationToken);
        if (found.HasQuorum || data.Witnesses.FailOpen) return found;
        throw Failure.Of("witness.no-quorum", index);
    }

    /// <summary>The checkpoint on show; null before the first.</summary>
    public static CosignedCheckpoint? Newest(GatewayData data) =>
        FindCosigned(data, 0) ?? (data.Ledger.Latest is { } latest ? Of(data, latest.Checkpoint, latest.Note, []) : null);

    static async Task<CosignedCheckpoint> NewestAsync(GatewayData data, long index, CancellationToken cancellationToken)
    {
        var ledger = data.Ledger;
        var signed = ledger.Latest is { } latest && latest.Checkpoint.Size > index ? latest : await ledger.CheckpointAsync(cancellationToken);
        return Of(data, signed.Checkpoint, signed.Note, []);
    }

    static CosignedCheckpoint? FindCosigned(GatewayData data, long index)
    {
        CosignedCheckpoint? newest = null;
        var (before, seen) = (long.MaxValue, long.MaxValue);
        for (var i = 0; i < LookBack && data.Views.LastAnchorBefore(AnchorType.Cosignature, before) is { } anchor; i++)
        {
            before = anchor.Index;
            if (anchor.Size is not { } size || size <= index) break;
            if (size == seen) continue;
            seen = size;
            if (OfSize(data, size) is not { } found) continue;
            if (found.HasQuorum) return found;
            newest ??= found;
        }

        return newest;
    }

    static CosignedCheckpoint? OfSize(GatewayData data, long size)
    {
        var lines = new Dictionary<VerifierKey, string>();
        Hash? root = null;
        foreach (var anchor in data.Views.AnchorsCovering(AnchorType.Cosignature, size - 1, LookBack).TakeWhile(anchor => anchor.Size == size))
        {
            using var entry = EntryView.Parse(data.Ledger.Read(anchor.Index, 1)[0]);
            if (CosignatureAnchor.Read(entry) is not { } read) continue;
            root ??= read.Root;
            lines[read.Key] = read.Line;
        }

        return root is { } known && data.Ledger.FindCheckpoint(size, known) is { } note
            ? Of(data, new Checkpoint(data.Ledger.Origin, size, known), note, lines)
            : null;
    }

    static CosignedCheckpoint Of(GatewayData data, Checkpoint checkpoint, byte[] bytes, Dictionary<VerifierKey, string> lines)
    {
        // Each is checked again as it goes out, so that one that is not good can't make the proof refused.
        var cosigners = new List<VerifierKey>();
        foreach (var (key, line) in lines)
        {
            byte[] longer = [.. bytes, .. System.Text.Encoding.UTF8.GetBytes(line)];
            if (!SignedNote.TryParse(longer, out var cosigned, out _) || !cosigned.TryVerify([key], out _, out _)) continue;
            bytes = longer;
            cosigners.Add(key);
        }

        return SignedNote.TryParse(bytes, out var note, out var error)
            ? new CosignedCheckpoint(checkpoint, note, cosigners, data.Witnesses.Policy?.Evaluate(note))
            : throw new LedgerCorruptException($"A published checkpoint can't be read: {error}");
    }
}
