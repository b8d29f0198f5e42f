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
        var closed = RunClosed(request.Data!, request.Objects, request.Against, progress, cancellationToken, out var last);
        if (closed is [.., { Fault: { } fault }]) return new VerificationReport { Directory = Path.GetFullPath(request.Directory), Fault = fault, Closed = closed };
        var own = request.Against is { } file && IsOfAnother(file, request.Key.Name) ? request with { Against = null } : request;
        var report = LedgerVerification.Run(own, progress, cancellationToken) with { Closed = closed };
        return report.Fault is null && CheckLink(last, () => GenesisFile.Read(request.Data!), "ledger") is { } broken ? report with { Fault = broken } : report;
    }

    /// <summary>The closed ones alone, the oldest first, up to the first that is wrong.</summary>
    /// <param name="last">The last of them.</param>
    public static IReadOnlyList<VerificationReport> RunClosed(
        string data, bool objects, string? against, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken, out ClosedLedger? last)
    {
        var reports = new List<VerificationReport>();
        last = null;
        foreach (var folder in ClosedLedger.FoldersIn(data))
        {
            var (report, ledger) = Run(folder, data, objects, against, progress, cancellationToken);
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
        string folder, string data, bool objects, string? against, IProgress<(long Done, long Of)>? progress, CancellationToken cancellationToken)
    {
        var shard = $"logs/{Path.GetFileName(folder)}";
        var directory = Path.Combine(folder, "ledger");
        try
        {
            var ledger = ClosedLedger.Open(folder);
            if (against is not null && IsOfAnother(against, ledger.Origin)) against = null;
            var request = new VerificationRequest(directory, ledger.CheckpointKey, against, objects, data, ledger);
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

    static bool IsOfAnother(string checkpoint, string origin) => File.ReadLines(checkpoint).FirstOrDefault() != origin;
}
