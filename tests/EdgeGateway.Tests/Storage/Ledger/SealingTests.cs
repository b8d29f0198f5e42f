using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class SealingTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_learns_of_the_oldest_entry_of_a_group_commit_finds_all_of_it_answered()
    {
        await using var ledger = TestLedger.Open(_folder);
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        var drafts = Enumerable.Range(0, 20).Select(n => TestLedger.Draft(n)).ToList();
        foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        gate.Open();

        await gate.Outcome.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.All(drafts, draft => Assert.True(draft.Outcome.IsCompleted));
    }

    [Fact]
    public async Task While_the_queue_is_full_whoever_submits_waits_and_nothing_is_dropped()
    {
        await using var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { QueueLength = 4 });
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        var drafts = Enumerable.Range(0, 20).Select(n => TestLedger.Draft(n)).ToList();

        var submitted = drafts.Select(draft => ledger.SubmitAsync(draft, CancellationToken.None).AsTask()).ToList();

        Assert.Equal(4, ledger.QueueDepth);
        Assert.Equal(4, submitted.Count(task => task.IsCompleted));
        gate.Open();
        Assert.All(await Task.WhenAll(submitted).WaitAsync(TimeSpan.FromSeconds(30)), Assert.True);
        var outcomes = await Task.WhenAll(drafts.Select(draft => draft.Outcome)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Enumerable.Range(2, 20).Select(n => (long)n), outcomes.Select(outcome => outcome.Index).Order());
        Assert.Equal(0, ledger.QueueDepth);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_for_the_queue_has_submitted_nothing()
    {
        await using var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { QueueLength = 1 });
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        await ledger.SubmitAsync(TestLedger.Draft(1), CancellationToken.None);
        using var patience = new CancellationTokenSource();
        var late = TestLedger.Draft(2);
        var waiting = ledger.SubmitAsync(late, patience.Token).AsTask();

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Open();
        await TestLedger.SealAsync(ledger, 3, 1);
        Assert.Equal([-1, 1, 3], TestLedger.Numbers(ledger));
        Assert.False(late.Outcome.IsCompleted);
    }

    [Fact]
    public async Task Closing_seals_what_waits_and_signs_it()
    {
        var drafts = Enumerable.Range(0, 500).Select(n => TestLedger.Draft(n)).ToList();
        await using (var ledger = TestLedger.Open(_folder))
        {
            foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        }

        Assert.All(drafts, draft => Assert.Equal(SealStatus.Sealed, draft.Outcome.Result.Status));
        await using var again = TestLedger.Open(_folder);
        Assert.Equal(501, again.Latest!.Checkpoint.Size);
    }

    [Fact]
    public async Task After_closing_nothing_is_taken_and_nobody_waits()
    {
        var ledger = TestLedger.Open(_folder);
        var waiting = ledger.WaitForMoreAsync(ledger.Size, CancellationToken.None);
        await ledger.DisposeAsync();
        await ledger.DisposeAsync();
        var draft = TestLedger.Draft(1);

        Assert.False(await ledger.SubmitAsync(draft, CancellationToken.None));

        Assert.Equal(SealOutcome.Unavailable, await draft.Outcome);
        Assert.True(ledger.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<LedgerClosedException>(() => waiting);
        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.CheckpointAsync(CancellationToken.None));
        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.FindHeadAsync("gateway", CancellationToken.None));
    }

    [Fact]
    public async Task An_entry_that_cannot_be_written_ends_sealing_and_leaves_nobody_waiting()
    {
        var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 3);
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        EntryDraft[] drafts = [TestLedger.Draft(3), new TooLargeDraft(), TestLedger.Draft(4)];
        foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        gate.Open();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.Completion.WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Contains("4096 are allowed", failure.Message, StringComparison.Ordinal);
        foreach (var draft in drafts) Assert.Equal(SealOutcome.Unavailable, await draft.Outcome.WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await ledger.DisposeAsync());
        await using var again = TestLedger.Open(_folder);
        Assert.Equal([0, 1, 2], TestLedger.Numbers(again).Where(number => number >= 0));
    }

    [Fact]
    public async Task One_frame_takes_all_that_waits_and_shares_its_time()
    {
        await using var ledger = TestLedger.Open(_folder);
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        var drafts = Enumerable.Range(0, 100).Select(n => TestLedger.Draft(n)).ToList();
        foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        gate.Open();

        var outcomes = await Task.WhenAll(drafts.Select(draft => draft.Outcome)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(outcomes.Select(outcome => outcome.SealedAt).Distinct());
    }

    [Fact]
    public async Task A_clock_that_steps_back_is_written_as_it_is_and_said_so_and_the_floor_stays_up()
    {
        var clock = new LedgerSteppingClock();
        await using (var ledger = TestLedger.Open(_folder)) await TestLedger.SealAsync(ledger, 0, 1);
        var floor = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
        await using (var ledger = FileLedger.Open(TestLedger.Settings(_folder.Path), clock, TimeProvider.System))
        {
            clock.Utc = floor;
            await TestLedger.SealAsync(ledger, 1, 1);
            clock.Utc = floor.AddHours(-1);
            await TestLedger.SealAsync(ledger, 2, 1);
            Assert.Equal(floor, ledger.NewestAt);
        }

        await using var again = FileLedger.Open(TestLedger.Settings(_folder.Path), clock, TimeProvider.System);
        await TestLedger.SealAsync(again, 3, 1);
        clock.Utc = floor.AddTicks(10);
        await TestLedger.SealAsync(again, 4, 1);

        var leaves = TestLedger.ReadAll(again).Select(record => System.Text.Encoding.UTF8.GetString(record.Leaf.Span)).ToList();
        Assert.Equal([false, false, false, true, true, false], leaves.Select(leaf => leaf.Contains("below-floor", StringComparison.Ordinal)));
        Assert.Contains("\"at\":\"2026-11-22T08:00:00.000000Z\"", leaves[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heads_can_be_asked_for_by_subject()
    {
        await using var ledger = TestLedger.Open(_folder);
        var outcome = (await TestLedger.SealAsync(ledger, 0, 3))[2];

        Assert.Equal((3, 3, outcome.LeafHash), await ledger.FindHeadAsync("device/cam-01", CancellationToken.None));
        Assert.Null(await ledger.FindHeadAsync("device/unknown", CancellationToken.None));
        Assert.Equal((1, 0), ((long, long))(1, (await ledger.FindHeadAsync("gateway", CancellationToken.None))!.Value.Index));
    }

    [Fact]
    public async Task Several_threads_read_everything_in_order_while_it_is_sealed()
    {
        const int count = 3000;
        await using var ledger = TestLedger.Open(_folder);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            var position = 0L;
            while (position < count + 1)
            {
                await ledger.WaitForMoreAsync(position, limit.Token);
                var records = ledger.Read(position, 1 + 97 * reader);
                Assert.NotEmpty(records);
                foreach (var record in records)
                {
                    Assert.Equal(position, record.Index);
                    if (position > 0) Assert.Equal($"{{\"secret\":\"{position - 1}\"}}", System.Text.Encoding.UTF8.GetString(record.PrivatePart.Span));
                    position++;
                }
            }
        })).ToList();
        var signing = Task.Run(async () =>
        {
            while (ledger.Size < count + 1) await ledger.CheckpointAsync(limit.Token);
        });

        // Two submit: each one's entries stay in the order in which it handed them over.
        await TestLedger.SealAsync(ledger, 0, count);
        await Task.WhenAll([signing, .. readers]);

        await ledger.CheckpointAsync(CancellationToken.None);
        Assert.Null(TestLedger.Verify(_folder, ledger.Key));
    }

    [Fact]
    public async Task Entries_keep_the_order_in_which_each_submitter_handed_them_over()
    {
        await using var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { QueueLength = 16 });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(source => Task.Run(async () =>
            await TestLedger.SealAsync(ledger, Enumerable.Range(0, 300).Select(n => TestLedger.Draft(n, $"device/d{source}"))))));

        var bySubject = TestLedger.ReadAll(ledger).Skip(1)
            .Select(record => System.Text.Json.JsonDocument.Parse(record.Leaf).RootElement)
            .GroupBy(leaf => leaf.GetProperty("subject").GetString(), leaf => leaf.GetProperty("body").GetProperty("n").GetInt32());
        Assert.Equal(4, bySubject.Count());
        Assert.All(bySubject, numbers => Assert.Equal(Enumerable.Range(0, 300), numbers));
    }

    [Fact]
    public async Task Reading_outside_of_the_ledger_gives_nothing_or_is_refused()
    {
        await using var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 2);

        Assert.Empty(ledger.Read(3, 10));
        Assert.Empty(ledger.Read(long.MaxValue - 1, 10));
        Assert.Empty(ledger.Read(0, 0));
        Assert.Equal(2, ledger.Read(1, int.MaxValue).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Read(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => ledger.Read(0, -1));
    }

    [Theory]
    [InlineData("tile/entries/000")]
    [InlineData("../payloads/000")]
    public async Task Reading_from_a_missing_or_cut_file_names_it(string file)
    {
        await using var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 300);
        var path = Path.GetFullPath(Path.Combine(_folder["ledger"], file));
        var bytes = await File.ReadAllBytesAsync(path);
        for (var length = 0; length < bytes.Length; length += 1 + length / 3)
        {
            await File.WriteAllBytesAsync(path, bytes[..length]);
            Assert.Contains(path, Assert.Throws<LedgerCorruptException>(() => ledger.Read(0, 256)).Message, StringComparison.Ordinal);
        }

        File.Delete(path);
        Assert.Contains(path, Assert.Throws<LedgerCorruptException>(() => ledger.Read(0, 256)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task However_much_is_sealed_between_two_checkpoints_open_files_are_bounded()
    {
        await using var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { SegmentBytes = 256 << 20 });
        var most = 0;
        for (var first = 0; first < 80_000; first += 2_000)
        {
            await TestLedger.SealAsync(ledger, first, 2_000);
            most = Math.Max(most, Directory.GetFiles("/proc/self/fd").Count(link => new FileInfo(link).LinkTarget?.StartsWith(_folder.Path, StringComparison.Ordinal) == true));
        }

        Assert.InRange(most, 300, 650);
    }

    sealed class TooLargeDraft() : EntryDraft(
        EntryKind.Evidence, "device/big", "device/big", Authentication.None, SealedPart.Seal("{}"u8, new byte[32]))
    {
        public override void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat) => json.String(new string('x', 5000));
    }
}
