using System.Text;
using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>Small ledgers in a folder, and entries for them.</summary>
static class TestLedger
{
    public const string Origin = "station-01.example";

    public static LedgerSettings Settings(string data) => new()
    {
        Data = data,
        Origin = Origin,
        TimeZone = "Asia/Shanghai",
        SegmentBytes = LedgerSettings.SmallestSegmentBytes,
        RepeatEntries = 4096,
        ReserveBytes = 0,
    };

    public static FileLedger Open(TempFolder folder, TestClock? clock = null) => Open(Settings(folder.Path), clock);

    public static FileLedger Open(LedgerSettings settings, TestClock? clock = null)
    {
        clock ??= new TestClock();
        return FileLedger.Open(settings, clock, clock.Time);
    }

    public static Task<SealOutcome[]> SealAsync(FileLedger ledger, int first, int count) =>
        SealAsync(ledger, Enumerable.Range(first, count).Select(number => Draft(number)));

    /// <summary>The data directory of a ledger that was killed: what is on disk while nothing is being sealed.</summary>
    public static async Task<TempFolder> KilledAsync(Func<FileLedger, Task> use, LedgerSettings? settings = null)
    {
        using var folder = new TempFolder(inMemory: true);
        await using var ledger = Open((settings ?? Settings("")) with { Data = folder.Path });
        await use(ledger);
        return folder.Copy();
    }

    /// <summary>Everything there is to check about a ledger's folder without the program that made it, against the checkpoint on show.</summary>
    public static LogFault? Verify(TempFolder folder, VerifierKey key)
    {
        var note = File.ReadAllBytes(folder["ledger", "checkpoint"]);
        Assert.True(Checkpoint.TryOpen(note, key, Origin, out var checkpoint, out var error), error);
        return new LogVerifier(checkpoint).Verify(path => Read(folder, path));
    }

    public static ReadOnlyMemory<byte>? Read(TempFolder folder, TilePath path)
    {
        var file = folder["ledger", path.ToString()];
        if (!File.Exists(file)) return null;
        return File.ReadAllBytes(file);
    }

    public static List<LedgerRecord> ReadAll(ILedgerReader ledger)
    {
        var all = new List<LedgerRecord>();
        while (all.Count < ledger.Size) all.AddRange(ledger.Read(all.Count, 1000));
        return all;
    }

    /// <summary>What <see cref="Draft"/> made: the numbers of the entries behind the genesis, in order.</summary>
    public static List<int> Numbers(ILedgerReader ledger) =>
        [.. ReadAll(ledger).Skip(1).Select(record => JsonDocument.Parse(record.Leaf).RootElement.GetProperty("body").GetProperty("n").GetInt32())];

    public static EntryDraft Draft(int number, string subject = "device/cam-01", RepeatIdentity? repeat = null, string? content = null)
    {
        var salt = new byte[32];
        BitConverter.TryWriteBytes(salt, number);
        return new FixedDraft(
            EntryKind.Evidence, subject, "device/cam-01", Authentication.None, Encoding.UTF8.GetBytes($"{{\"n\":{number}}}"),
            SealedPart.Seal(Encoding.UTF8.GetBytes(content ?? $"{{\"secret\":\"{number}\"}}"), salt))
        {
            Repeat = repeat,
        };
    }

    /// <summary>Seals all and returns once they can be read too.</summary>
    public static async Task<SealOutcome[]> SealAsync(FileLedger ledger, IEnumerable<EntryDraft> drafts)
    {
        var outcomes = new List<Task<SealOutcome>>();
        foreach (var draft in drafts)
        {
            await ledger.SubmitAsync(draft, CancellationToken.None);
            outcomes.Add(draft.Outcome);
        }

        var all = await Task.WhenAll(outcomes).WaitAsync(TimeSpan.FromSeconds(60));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await ledger.CatchUpAsync(limit.Token);
        return all;
    }
}
