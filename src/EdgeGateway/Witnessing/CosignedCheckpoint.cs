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
        var found = FindCosigned(data, SelectedLog.Written(data), index) ?? await NewestAsync(data, index, cancellationToken);
        return Permitted(data, found, index);
    }

    /// <summary>
    /// Of a chain of logs, over an entry of the first: the first log's checkpoint that has the policy's quorum, or of the logs after it, whose
    /// trees name the end of the ones before; without one the first that is cosigned at all, or else the newest of the last log. With the number of its
    /// log within the chain. The views must have caught up.
    /// </summary>
    /// <inheritdoc cref="CoveringAsync(GatewayData, long, CancellationToken)" path="/exception"/>
    public static async Task<(CosignedCheckpoint Found, int Log)> CoveringAsync(GatewayData data, IReadOnlyList<SelectedLog> chain, long index, CancellationToken cancellationToken)
    {
        (CosignedCheckpoint Found, int Log)? first = null;
        for (var i = 0; i < chain.Count; i++)
        {
            if (FindCosigned(data, chain[i], i == 0 ? index : 0) is not { Cosigners.Count: > 0 } found) continue;
            if (found.HasQuorum) return (found, i);
            first ??= (found, i);
        }

        var (best, log) = first ?? (await NewestAsync(data, chain.Count == 1 ? index : 0, cancellationToken), chain.Count - 1);
        return (Permitted(data, best, index), log);
    }

    static CosignedCheckpoint Permitted(GatewayData data, CosignedCheckpoint found, long index)
    {
        if (found.HasQuorum || data.Witnesses.FailOpen) return found;
        throw Failure.Of("witness.no-quorum", index);
    }

    /// <summary>The checkpoint on show; null before the first.</summary>
    public static CosignedCheckpoint? Newest(GatewayData data) =>
        FindCosigned(data, SelectedLog.Written(data), 0) ?? (data.Ledger.Latest is { } latest ? Of(data, SelectedLog.Written(data), latest.Checkpoint, latest.Note, []) : null);

    static async Task<CosignedCheckpoint> NewestAsync(GatewayData data, long index, CancellationToken cancellationToken)
    {
        var ledger = data.Ledger;
        var signed = ledger.Latest is { } latest && latest.Checkpoint.Size > index ? latest : await ledger.CheckpointAsync(cancellationToken);
        return Of(data, SelectedLog.Written(data), signed.Checkpoint, signed.Note, []);
    }

    static CosignedCheckpoint? FindCosigned(GatewayData data, SelectedLog log, long index)
    {
        var views = log.Views();
        CosignedCheckpoint? newest = null;
        var (before, seen) = (long.MaxValue, long.MaxValue);
        for (var i = 0; i < LookBack && views.LastAnchorBefore(AnchorType.Cosignature, before) is { } anchor; i++)
        {
            before = anchor.Index;
            if (anchor.Size is not { } size || size <= index) break;
            if (size == seen) continue;
            seen = size;
            if (OfSize(data, log, views, size) is not { } found) continue;
            if (found.HasQuorum) return found;
            newest ??= found;
        }

        return newest;
    }

    static CosignedCheckpoint? OfSize(GatewayData data, SelectedLog log, LedgerViews views, long size)
    {
        var lines = new Dictionary<VerifierKey, string>();
        Hash? root = null;
        foreach (var anchor in views.AnchorsCovering(AnchorType.Cosignature, size - 1, LookBack).TakeWhile(anchor => anchor.Size == size))
        {
            using var entry = EntryView.Parse(log.Ledger.Read(anchor.Index, 1)[0]);
            if (CosignatureAnchor.Read(entry) is not { } read) continue;
            root ??= read.Root;
            lines[read.Key] = read.Line;
        }

        return root is { } known && log.FindCheckpoint(size, known) is { } note
            ? Of(data, log, new Checkpoint(log.Origin, size, known), note, lines)
            : null;
    }

    static CosignedCheckpoint Of(GatewayData data, SelectedLog log, Checkpoint checkpoint, byte[] bytes, Dictionary<VerifierKey, string> lines)
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

        // The policy of today names the log of today, which goes on from this one.
        var policy = log.ClosedId is { } id ? data.Witnesses.Policy?.Trusting([data.Logs.Find(id)!.Ledger.Key]) : data.Witnesses.Policy;
        return SignedNote.TryParse(bytes, out var note, out var error)
            ? new CosignedCheckpoint(checkpoint, note, cosigners, policy?.Evaluate(note))
            : throw new LedgerCorruptException($"A published checkpoint can't be read: {error}");
    }
}
