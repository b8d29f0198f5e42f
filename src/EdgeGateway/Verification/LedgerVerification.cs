using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Verification;

/// <summary>
/// Verifies a tlog-tiles folder on all processors: the checkpoint's signature, every entry, every tile, also the partial ones of earlier sizes; of a gateway's own
/// ledger also that each leaf is canonical, its subject's chain has no hole, the checkpoint history and the log's tail hold,
/// and, if asked, private parts and media. Reads only; works beside a running gateway.
/// </summary>
static class LedgerVerification
{
    public static VerificationReport Run(
        VerificationRequest request, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var report = new VerificationReport { Directory = Path.GetFullPath(request.Directory) };
        if (!Directory.Exists(request.Directory)) throw Failure.Of("verify.no-folder", report.Directory);

        // Before the checkpoint: a gateway that runs beside signs on, and what it signed by now the checkpoint covers.
        IReadOnlyList<HistoricCheckpoint> history = [];
        if (request.Data is not null && CheckpointHistory.Read(request.Directory, KeysOf(request), out history) is { } damaged) return report with { Fault = damaged };
        var signed = request.Data is null || request.Closed is not null ? 0 : LedgerTail.SignedSize(request.Data);
        if (OpenCheckpoint(request, out var checkpoint) is { } notBelieved) return report with { Fault = notBelieved };
        if (checkpoint!.Size < signed) return report with { Fault = RolledBack(checkpoint.Size, signed) };

        report = report with { Checkpoint = checkpoint };
        var read = new TileFolder(request.Directory);
        var verifier = new LogVerifier(checkpoint!);
        var own = request.Data is null ? null : new OwnEntries(request, checkpoint!.Size);
        if (CheckEntries(verifier, read, own, progress, cancellationToken) is { } fault) return report with { Fault = fault };
        if (Leftovers.Check(read, checkpoint.Size, cancellationToken) is { } leftover) return report with { Fault = leftover };
        if (request.Against is { } earlier)
        {
            if (CheckGrowth(verifier, read, request, earlier) is { } growth) return report with { Fault = growth };
            report = report with { GrewFrom = earlier };
        }

        if (request.Data is null) return report;

        if (CheckpointHistory.CheckGrowth(history, checkpoint, verifier, read) is { } past) return report with { Fault = past };
        report = report with { Gaps = own!.Gaps, Private = own.Private };
        if (request.Closed is not null) return request.Removals is null ? report.WithPrivateParts() : report;
        var tail = LedgerTail.Inspect(request.Data, record => own.VisitTail(record, read.Read));
        return (report with { Pending = Math.Max(0, tail.Size - checkpoint.Size), Gaps = own.Gaps, Fault = tail.Fault }).WithPrivateParts();
    }

    /// <summary>The recovery key signs one checkpoint at most, the last of a log whose own key was lost.</summary>
    static IReadOnlyList<VerifierKey> KeysOf(VerificationRequest request) =>
        request.Closed is { } closed ? [closed.Key, closed.CheckpointKey] : [request.Key];

    static LogFault? OpenCheckpoint(VerificationRequest request, out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var path = Path.Combine(request.Directory, "checkpoint");
        if (!File.Exists(path)) return new LogFault("checkpoint", null, $"checkpoint is missing: nothing was signed yet, or it was taken away. 'edgegw ledger checkpoint' signs one.");
        return Checkpoint.TryOpen(File.ReadAllBytes(path), request.Key, null, out checkpoint, out var error)
            ? null
            : new LogFault("checkpoint", null, $"checkpoint is not to be believed: {error}");
    }

    static LogFault RolledBack(long size, long signed) => new(
        "checkpoint", null,
        $"checkpoint has {size} entries, but the state says that a tree of {signed} was signed: an older one was put back, or the gateway was killed while it signed. Start it, which signs again, and verify once more.");

    static LogFault? CheckEntries(
        LogVerifier verifier, TileFolder folder, OwnEntries? own, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var checks = new BundleCheck[verifier.BundleCount];
        var next = -1L;
        var done = 0L;

        // Each takes the next bundle there is, so that they stay close together and chains can be followed in order.
        void Work(int worker)
        {
            for (long number; (number = Interlocked.Increment(ref next)) < checks.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var bundle = own?.Open(number);
                checks[number] = verifier.CheckBundle(number, folder.Read, bundle is null ? null : bundle.Visit);
                if (bundle is not null) own!.Close(bundle);
                progress?.Report((Interlocked.Increment(ref done), checks.Length));
            }
        }

        Parallel.For(0, Environment.ProcessorCount, Work);
        return Earlier(verifier.Conclude(checks, folder.Read), own?.FirstFault);
    }

    static LogFault? Earlier(LogFault? a, LogFault? b) =>
        a is null ? b : b is null ? a : (a.EntryIndex ?? long.MinValue) <= (b.EntryIndex ?? long.MinValue) ? a : b;

    static LogFault? CheckGrowth(LogVerifier verifier, TileFolder folder, VerificationRequest request, EarlierCheckpoint earlier) =>
        (earlier.CheckSignature(KeysOf(request)) ?? verifier.CheckGrowth(earlier.Claimed, folder.Read)) is { } fault
            ? fault with { Path = earlier.File, Sentence = fault.Path == earlier.File ? fault.Sentence : $"{Evidence.DisplayText.Of(earlier.File)}: {fault.Sentence}" }
            : null;
}
