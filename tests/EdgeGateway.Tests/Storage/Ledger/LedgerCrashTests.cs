using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary>
/// A ledger that was killed between any two steps. The states on disk are made from two real ones, before and after: what
/// the steps so far had written is taken from the later one.
/// </summary>
public sealed class LedgerCrashTests
{
    /// <summary>What is written, in the order in which it becomes durable.</summary>
    static readonly string[] Steps =
        ["log", "bundles", "payloads", "tiles", "partials", "heads", "repeats", "state", "retired", "removed", "history", "checkpoint"];

    public static TheoryData<int> AllSteps => [.. Enumerable.Range(0, Steps.Length + 1)];

    [Theory]
    [MemberData(nameof(AllSteps))]
    public async Task Killed_after_any_step_of_a_checkpoint_it_opens_with_everything_and_signs_on(int steps)
    {
        using var folder = await TestLedger.KilledAsync(async ledger =>
        {
            await TestLedger.SealAsync(ledger, Drafts(0, 300));
            await ledger.CheckpointAsync(CancellationToken.None);
        });
        using var later = await GrowAsync(folder, 700);

        foreach (var step in Steps[..steps]) Apply(step, folder, later);
        if (steps is > 0 and < 8) TearNewFiles(folder);

        await OpensWhole(folder, steps == 0 ? 300 : 1000);
    }

    [Theory]
    [MemberData(nameof(AllSteps))]
    public async Task Killed_after_any_step_of_retiring_a_segment_it_opens_with_everything_and_signs_on(int steps)
    {
        var large = $"{{\"x\":\"{new string('x', 2500)}\"}}";
        using var folder = await TestLedger.KilledAsync(async ledger =>
        {
            await TestLedger.SealAsync(ledger, Drafts(0, 270));
            await ledger.CheckpointAsync(CancellationToken.None);
        });
        using var later = await GrowAsync(folder, 250, large, checkpoint: false);

        Assert.True(File.Exists(later["ledger", "wal", WalFormat.SegmentName(2)]));
        Assert.False(File.Exists(later["ledger", "wal", WalFormat.SegmentName(1)]));

        foreach (var step in Steps[..steps]) Apply(step, folder, later);
        if (steps is > 0 and < 8) TearNewFiles(folder);

        await OpensWhole(folder, steps == 0 ? 270 : 520);
    }

    [Fact]
    public async Task What_only_the_log_holds_is_put_into_bundles_at_the_next_start()
    {
        using var folder = await TestLedger.KilledAsync(ledger => TestLedger.SealAsync(ledger, 0, 1000));
        Directory.Delete(folder["ledger", "tile"], recursive: true);
        Directory.Delete(folder["payloads"], recursive: true);

        await OpensWhole(folder, 1000);
    }

    [Fact]
    public async Task Spares_and_half_written_files_of_a_killed_process_are_gone_after_a_start()
    {
        using var folder = await TestLedger.KilledAsync(ledger => TestLedger.SealAsync(ledger, 0, 10));
        foreach (var name in new[] { "wal/spare-1", "wal/spare-77", ".state.0123.tmp", ".checkpoint.4567.tmp", "wal/.torn-1.89.tmp", "../keys/.ledger.key.ab.tmp" })
        {
            await File.WriteAllTextAsync(folder["ledger", name], "left over");
        }

        await using var ledger = TestLedger.Open(folder);

        Assert.Equal([WalFormat.SegmentName(1)], Directory.GetFiles(folder["ledger", "wal"]).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(folder["ledger"], ".*"));
        Assert.Empty(Directory.GetFiles(folder["keys"], ".*"));
        Assert.Equal(11, ledger.Size);
    }

    [Fact]
    public async Task Killed_while_a_ledger_was_made_the_next_start_makes_it()
    {
        using var made = await TestLedger.KilledAsync(_ => Task.CompletedTask);
        var wal = Path.Combine("ledger", "wal", WalFormat.SegmentName(1));
        string[][] steps =
        [
            [],
            ["keys/ledger.key"],
            ["keys/ledger.key", "keys/ledger.vkey"],
            ["keys/ledger.key", "keys/ledger.vkey", wal],
            ["keys/ledger.key", "keys/ledger.vkey", wal, "ledger/heads"],
            ["keys/ledger.key", "keys/ledger.vkey", wal, "ledger/heads", "ledger/state"],
        ];
        foreach (var files in steps)
        {
            // Entry 0 is the last step, so in none of these is there one; also not half of it.
            foreach (var genesisBytes in new[] { 0, 100 })
            {
                using var folder = new TempFolder(inMemory: true);
                Directory.CreateDirectory(folder["ledger", "wal"]);
                Directory.CreateDirectory(folder["keys"]);
                foreach (var file in files) File.Copy(made[file], folder[file]);
                if (files.Contains(wal)) EraseFrom(folder[wal], WalFormat.BlockBytes + (files.Contains("ledger/state") ? genesisBytes : 0));

                await using (var ledger = TestLedger.Open(folder))
                {
                    Assert.NotNull(ledger.Recovery.Created);
                    await TestLedger.SealAsync(ledger, 0, 5);
                }

                await OpensWhole(folder, 5);
                Assert.Equal(files.Length == 0 ? 0 : 1, Directory.GetFiles(folder["keys"], "ledger.key.before-*").Length);
            }
        }
    }

    [Fact]
    public async Task A_ledger_opens_with_another_segment_size_and_loses_nothing()
    {
        var big = TestLedger.Settings("") with { SegmentBytes = 16 << 20 };
        var text = $"{{\"x\":\"{new string('x', 60_000)}\"}}";
        using var folder = await TestLedger.KilledAsync(
            async ledger =>
            {
                // One frame of more than the smallest segment: an entry holds the writer up while the others gather behind it.
                using var gate = new LedgerGateDraft();
                await ledger.SubmitAsync(gate, CancellationToken.None);
                var drafts = Enumerable.Range(0, 50).Select(n => TestLedger.Draft(n, content: text)).ToList();
                foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
                gate.Open();
                await Task.WhenAll(drafts.Select(draft => draft.Outcome)).WaitAsync(TimeSpan.FromSeconds(30));
            },
            big);
        var wal = await File.ReadAllBytesAsync(folder["ledger", "wal", WalFormat.SegmentName(1)]);
        Assert.Contains(
            Enumerable.Range(1, wal.Length / WalFormat.BlockBytes - 1),
            block => wal.AsSpan(block * WalFormat.BlockBytes).StartsWith(WalFormat.FrameMagic)
                && FrameReader.ClaimedLength(wal.AsSpan(block * WalFormat.BlockBytes)) > LedgerSettings.SmallestSegmentBytes);

        foreach (var size in new[] { 1 << 20, 4 << 20, 1 << 20 })
        {
            await using var ledger = TestLedger.Open(TestLedger.Settings(folder.Path) with { SegmentBytes = size });
            Assert.Null(ledger.Recovery.TornFrame);
            Assert.Equal(Enumerable.Range(0, 50), TestLedger.Numbers(ledger).Where(n => n is >= 0 and < 50));
            await TestLedger.SealAsync(ledger, Enumerable.Range(1000, 60).Select(n => TestLedger.Draft(n, content: text)));
        }

        await using var last = TestLedger.Open(folder);
        Assert.Equal(1 + 1 + 50 + 180, last.Size);
        Assert.Null(TestLedger.Verify(folder, last.Key));
    }

    static IEnumerable<EntryDraft> Drafts(int first, int count, string? content = null) => Enumerable.Range(first, count).Select(n =>
        TestLedger.Draft(n, $"device/d{n % 3}", content: content, repeat: Identity(n)));

    static RepeatIdentity Identity(int number) =>
        RepeatIdentity.Of("cam-01", $"event-{number}", Hash.Parse(new string('a', 64)), TimeSpan.FromDays(7));

    /// <summary>The same ledger some entries later, killed as well.</summary>
    static async Task<TempFolder> GrowAsync(TempFolder folder, int count, string? content = null, bool checkpoint = true)
    {
        using var copy = folder.Copy();
        await using var ledger = TestLedger.Open(copy);
        foreach (var some in Drafts((int)ledger.Size - 1, count, content).Chunk(10)) await TestLedger.SealAsync(ledger, some);
        if (checkpoint) await ledger.CheckpointAsync(CancellationToken.None);
        return copy.Copy();
    }

    static void Apply(string step, TempFolder folder, TempFolder later)
    {
        var files = Directory.GetFiles(later.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(later.Path, path)).ToList();
        var gone = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder.Path, path)).Except(files).ToList();
        foreach (var file in files.Where(file => Step(file) == step))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.Copy(later[file], folder[file], overwrite: true);
        }

        if (step == "log")
        {
            // What became a spare is the retired segment as it was.
            foreach (var spare in files.Where(file => file.Contains("/spare-", StringComparison.Ordinal)))
            {
                var bytes = File.ReadAllBytes(later[spare]);
                if (bytes[15] == 1) File.WriteAllBytes(folder["ledger", "wal", WalFormat.SegmentName(1)], bytes);
                File.Delete(folder[spare]);
            }
        }

        if (step is not ("retired" or "removed")) return;
        foreach (var file in gone.Where(file => Step(file) == (step == "retired" ? "log" : "partials"))) File.Delete(folder[file]);
    }

    static string Step(string file) => file.Split('/') switch
    {
        ["ledger", "wal", ..] => "log",
        ["ledger", "tile", .., var parent, _] when parent.EndsWith(".p", StringComparison.Ordinal) => "partials",
        ["ledger", "tile", "entries", ..] => "bundles",
        ["ledger", "tile", ..] => "tiles",
        ["payloads", ..] => "payloads",
        ["ledger", "heads"] => "heads",
        ["ledger", "repeats", ..] => "repeats",
        ["ledger", "state"] => "state",
        ["ledger", "checkpoints", ..] => "history",
        ["ledger", "checkpoint"] => "checkpoint",
        _ => "",
    };

    /// <summary>What was not synced may be on disk as anything: half, empty, zeros. Only what the state relies on is whole.</summary>
    static void TearNewFiles(TempFolder folder)
    {
        var size = StateFile.Read(folder["ledger", "state"]).Size;
        var number = size / TilePath.FullWidth;
        foreach (var (path, i) in new[] { "entries", "0" }.SelectMany(level => new[] { folder["ledger", "tile", level, $"{number:000}"], folder["payloads", $"{number:000}"] }).Select((path, i) => (path, i)))
        {
            if (!File.Exists(path)) continue;
            using var stream = new FileStream(path, FileMode.Open);
            stream.SetLength(i % 2 == 0 ? stream.Length / 2 : 0);
        }
    }

    static void EraseFrom(string path, int offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(offset).Clear();
        File.WriteAllBytes(path, bytes);
    }

    static async Task OpensWhole(TempFolder folder, int entries)
    {
        var isDevices = false;
        await using (var ledger = TestLedger.Open(folder))
        {
            Assert.Equal(Enumerable.Range(0, entries), TestLedger.Numbers(ledger));
            Assert.Null(ledger.Recovery.TornFrame);
            isDevices = await ledger.FindHeadAsync("device/d0", CancellationToken.None) is not null;

            // What had an identity is known again, whatever had become of the files that remember it.
            if (isDevices)
            {
                var again = await TestLedger.SealAsync(ledger, Drafts(0, entries));
                Assert.All(again, (outcome, n) => Assert.Equal((SealStatus.Repeated, n + 1L), (outcome.Status, outcome.Index)));
            }

            await TestLedger.SealAsync(ledger, Drafts(entries, 10));
            Assert.Equal(entries + 11, (await ledger.CheckpointAsync(CancellationToken.None)).Checkpoint.Size);
            Assert.Null(TestLedger.Verify(folder, ledger.Key));
        }

        await using var reopened = TestLedger.Open(folder);
        Assert.Equal(Enumerable.Range(0, entries + 10), TestLedger.Numbers(reopened));
        Assert.Equal(entries + 11, reopened.Latest!.Checkpoint.Size);
        LedgerChains.Check(TestLedger.ReadAll(reopened));
    }
}
