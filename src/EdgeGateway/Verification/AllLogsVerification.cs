using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// Verifies every log of a data directory or of a backup: each closed one whole, that each is endorsed by the one it follows
/// (docs/ledger-format.md section 8), and, in a data directory, the one that is written.
/// </summary>
static class AllLogsVerification
{
    /// <param name="request">Of the log that is written.</param>
    public static VerificationReport Run(VerificationRequest request, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var removals = new Removals();
        IReadOnlyList<VerificationReport> closed = RunClosed(request.Data!, request.Objects, request.Against, removals, progress, cancellationToken, out var last);
        if (closed is [.., { Fault: { } fault }]) return new VerificationReport { Directory = Path.GetFullPath(request.Directory), Fault = fault, Closed = closed };
        var own = request with { Removals = removals };
        if (request.Against?.Claimed.Origin != request.Key.Name) own = own with { Against = null };
        var report = LedgerVerification.Run(own, progress, cancellationToken);
        closed = Conclude(closed);
        report = report with { Closed = closed, GrewFrom = report.GrewFrom ?? closed.FirstOrDefault(log => log.GrewFrom is not null)?.GrewFrom };
        if (report.Fault is not null) return report;
        if (request.Against is { } kept && report.GrewFrom is null) return report with { Fault = kept.OfAnother([.. closed.Append(report).Select(log => log.Checkpoint!.Origin)]) };
        var broken = CheckLink(last, () => GenesisFile.Read(request.Data!), "ledger") ?? closed.FirstOrDefault(log => log.Fault is not null)?.Fault;
        return broken is null ? report : report with { Fault = broken };
    }

    /// <summary>The logs of a backup, all of which are in the form of closed ones, the oldest first, up to the first that is wrong.</summary>
    public static IReadOnlyList<VerificationReport> RunBackup(
        string directory, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var reports = Conclude(RunClosed(directory, objects: true, null, new Removals(), progress, cancellationToken, out _));
        var wrong = reports.TakeWhile(report => report.Fault is null).Count();
        return [.. reports.Take(wrong + 1)];
    }

    /// <summary>Once the entries of every log were seen: what is gone from a log may be accounted for in a later one.</summary>
    static IReadOnlyList<VerificationReport> Conclude(IReadOnlyList<VerificationReport> reports) => [.. reports.Select(report =>
    {
        var concluded = report.WithPrivateParts();
        return report.Fault is null && concluded.Fault is { } fault ? concluded with { Fault = Named(fault, report) } : concluded;
    })];

    static LogFault Named(LogFault fault, VerificationReport report)
    {
        var shard = $"logs/{Path.GetFileName(Path.GetDirectoryName(report.Directory))}";
        return fault with { Path = $"{shard}/{fault.Path}", Sentence = $"In the closed log {shard} ({report.Checkpoint?.Origin}): {fault.Sentence}" };
    }

    /// <summary>The closed ones alone, the oldest first, up to the first that is wrong; private parts are not concluded upon yet.</summary>
    /// <param name="last">The last of them.</param>
    static List<VerificationReport> RunClosed(
        string data, bool objects, EarlierCheckpoint? against, Removals removals, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken, out ClosedLedger? last)
    {
        var reports = new List<VerificationReport>();
        last = null;
        foreach (var folder in ClosedLedger.FoldersIn(data))
        {
            var (report, ledger) = Run(folder, data, objects, against, removals, progress, cancellationToken);
            if (report.Fault is null && CheckLink(last, () => ledger!.Genesis, $"logs/{Path.GetFileName(folder)}") is { } broken) report = report with { Fault = broken };
            if (report.Fault is null && ledger!.Shard != Path.GetFileName(ClosedLedger.FolderOf(data, reports.Count + 1)))
            {
                report = report with { Fault = new LogFault("logs", null, $"logs/{ledger.Shard} is number {reports.Count + 1} of the closed logs: one before it is missing.") };
            }

            reports.Add(report);
            if (report.Fault is not null) break;
            last = ledger;
        }

        return reports;
    }

    static (VerificationReport Report, ClosedLedger? Ledger) Run(
        string folder, string data, bool objects, EarlierCheckpoint? against, Removals removals, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var shard = $"logs/{Path.GetFileName(folder)}";
        var directory = Path.Combine(folder, "ledger");
        try
        {
            var ledger = ClosedLedger.Open(folder);
            if (against?.Claimed.Origin != ledger.Origin) against = null;
            var request = new VerificationRequest(directory, ledger.CheckpointKey, against, objects, data, ledger) { Removals = removals };
            var report = LedgerVerification.Run(request, progress, cancellationToken);
            if (report.Fault is { } fault)
            {
                report = report with { Fault = fault with { Path = $"{shard}/ledger/{fault.Path}", Sentence = $"In the closed log {shard} ({ledger.Origin}): {fault.Sentence}" } };
            }

            return (report, ledger);
        }
        catch (LedgerCorruptException e)
        {
            return (new VerificationReport { Directory = directory, Fault = new LogFault(shard, null, e.Message) }, null);
        }
    }

    /// <param name="before">The log before; null for a first one, which must not name any.</param>
    static LogFault? CheckLink(ClosedLedger? before, Func<Genesis> next, string name)
    {
        Genesis genesis;
        try
        {
            genesis = next();
        }
        catch (LedgerCorruptException e)
        {
            return new LogFault(name, 0, e.Message);
        }

        if (before is null)
        {
            return genesis.Previous is null ? null : new LogFault(
                name, 0, $"{genesis.Origin} goes on from {genesis.Previous.Size} entries of {genesis.Previous.Origin}, and that log is not here: restore it to logs/.");
        }

        return (genesis.CheckSucceeds(before.End, before.Genesis.RecoveryKey) ?? CheckAnnouncement(before, genesis)) is { } wrong
            ? new LogFault(name, 0, wrong)
            : null;
    }

    /// <summary>What the old log's last entry says of a successor must be so; one that was restored from a backup has no such entry.</summary>
    static string? CheckAnnouncement(ClosedLedger before, Genesis next)
    {
        using var entry = EntryView.Parse(before.Read(before.Size - 1, 1)[0]);
        if (entry.Kind != EntryKind.Key) return null;
        if (entry.Body.Text("key"u8) != next.Key.ToString()) return $"The log {before.Origin} ends with another successor than {next.Origin}.";
        var statement = Ledger.Succession.Announcement(before.Key, before.Origin, next.Key);
        var signatures = entry.Body.Object("signatures"u8) ?? default;
        var own = signatures.Text("this"u8) is { } signature
            ? Holds(before.Key, statement, signature)
            : Holds(before.Genesis.RecoveryKey, statement, signatures.Text("recovery"u8));
        return own && Holds(next.Key, statement, signatures.Text("next"u8))
            ? null
            : $"The log {before.Origin} names {next.Origin} as its successor, but a signature under that does not hold.";
    }

    static bool Holds(VerifierKey key, string statement, string? signature)
    {
        var bytes = new byte[64];
        return signature is not null && Convert.TryFromBase64String(signature, bytes, out var length) && Ledger.Succession.Holds(key, statement, bytes.AsSpan(0, length));
    }
}
