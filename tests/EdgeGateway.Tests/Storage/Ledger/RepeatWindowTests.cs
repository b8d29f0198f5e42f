using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class RepeatWindowTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);
    static readonly Hash A = Hash.Parse(new string('a', 64));
    static readonly Hash B = Hash.Parse(new string('b', 64));

    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_id_and_bytes_are_a_repeat_of_the_first()
    {
        var window = new RepeatWindow(100);
        window.Remember(Id("e", A), 7, Start, A);

        Assert.Equal(7, window.FindSame(Id("e", A), Start)!.Value.Index);
        Assert.Null(window.FindSame(Id("f", A), Start));
        Assert.Null(window.FindSame(Id("e", A, device: "other"), Start));
    }

    [Fact]
    public void The_same_id_with_other_bytes_conflicts_and_its_own_repeat_is_known()
    {
        var window = new RepeatWindow(100);
        window.Remember(Id("e", A), 7, Start, A);

        Assert.Null(window.FindSame(Id("e", B), Start));
        Assert.Equal(new RepeatFacts(7, -1), window.Facts(Id("e", B), Start));
        window.Remember(Id("e", B), 8, Start, B);

        Assert.Equal(7, window.FindSame(Id("e", A), Start)!.Value.Index);
        Assert.Equal(8, window.FindSame(Id("e", B), Start)!.Value.Index);
    }

    [Fact]
    public void The_same_bytes_without_an_id_are_only_a_possible_repeat()
    {
        var window = new RepeatWindow(100);
        window.Remember(Id(null, A), 7, Start, A);

        Assert.Null(window.FindSame(Id(null, A), Start));
        Assert.Equal(new RepeatFacts(-1, 7), window.Facts(Id(null, A), Start));
        Assert.Equal(RepeatFacts.None, window.Facts(Id("e", A), Start));
    }

    [Fact]
    public void After_its_window_an_id_is_free_again()
    {
        var window = new RepeatWindow(100);
        window.Remember(Id("e", A), 7, Start, A);
        var last = Start + TimeSpan.FromDays(7);

        Assert.NotNull(window.FindSame(Id("e", A), last));
        Assert.Null(window.FindSame(Id("e", A), last.AddMicroseconds(1)));
        Assert.Equal(RepeatFacts.None, window.Facts(Id("e", B), last.AddMicroseconds(1)));

        window.Remember(Id("e", B), 9, last.AddMicroseconds(1), B);
        Assert.Equal(9, window.FindSame(Id("e", B), last.AddMicroseconds(1))!.Value.Index);
    }

    [Fact]
    public void A_clock_that_steps_back_does_not_make_a_repeat_unknown()
    {
        var window = new RepeatWindow(100);
        window.Remember(Id("e", A), 7, Start, A);

        Assert.NotNull(window.FindSame(Id("e", A), Start - TimeSpan.FromDays(365)));
    }

    [Fact]
    public void The_oldest_go_a_generation_at_a_time_and_the_rest_stays()
    {
        var window = new RepeatWindow(80);
        for (var i = 0; i < 81; i++) window.Remember(Id($"e{i}", A), i, Start, A);

        for (var i = 0; i < 81; i++) Assert.Equal(i >= 10, window.FindSame(Id($"e{i}", A), Start) is not null);
    }

    [Fact]
    public void What_was_sealed_again_since_outlives_the_generation_of_its_first_time()
    {
        var window = new RepeatWindow(80);
        window.Remember(Id(null, A), 0, Start, A);
        for (var i = 1; i < 75; i++) window.Remember(Id($"e{i}", A), i, Start, A);
        window.Remember(Id(null, A), 75, Start, A);
        for (var i = 76; i < 90; i++) window.Remember(Id($"e{i}", A), i, Start, A);

        Assert.Equal(new RepeatFacts(-1, 75), window.Facts(Id(null, A), Start));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(87)]
    [InlineData(88)]
    [InlineData(89)]
    public void Files_bring_back_what_is_below_the_size_and_drop_the_rest(int torn)
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        files.Append(Records(0, 35));
        var newest = _folder["repeats", "00000004"];
        if (torn > 0) File.AppendAllBytes(newest, [.. Enumerable.Repeat((byte)0x5A, torn)]);

        var window = new RepeatWindow(80);
        var again = new RepeatFiles(_folder["repeats"], 80);
        again.Load(window, 33);
        for (var i = 0; i < 35; i++) Assert.Equal(i < 33, window.FindSame(Id($"e{i}", A), Start) is not null);
        Assert.Equal(3 * RepeatFiles.RecordBytes, new FileInfo(newest).Length);

        again.Append(Records(33, 20));
        var all = new RepeatWindow(80);
        new RepeatFiles(_folder["repeats"], 80).Load(all, 1000);
        for (var i = 0; i < 53; i++) Assert.Equal(new Remembered(Id($"e{i}", A).Digest, i, 1_795_323_600_000_000 + i, B), all.FindSame(Id($"e{i}", A), Start)!.Value);
    }

    [Fact]
    public void Added_twice_after_a_full_disk_a_record_is_there_once()
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        files.Append(Records(0, 5));
        files.Append(Records(0, 8));

        Assert.Equal(8 * RepeatFiles.RecordBytes, new FileInfo(_folder["repeats", "00000001"]).Length);
    }

    [Fact]
    public void Files_of_generations_that_are_forgotten_go()
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        for (var i = 0; i < 300; i += 25) files.Append(Records(i, 25));

        Assert.Equal(RepeatWindow.Generations, Directory.GetFiles(_folder["repeats"]).Length);
        var window = new RepeatWindow(80);
        new RepeatFiles(_folder["repeats"], 80).Load(window, 1000);
        for (var i = 0; i < 300; i++) Assert.Equal(i >= 220, window.FindSame(Id($"e{i}", A), Start) is not null);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(40)]
    [InlineData(800)]
    public void Another_capacity_takes_the_files_over(int capacity)
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        files.Append(Records(0, 77));

        var again = new RepeatFiles(_folder["repeats"], capacity);
        again.Load(new RepeatWindow(capacity), 77);
        again.Append(Records(77, 10));

        var window = new RepeatWindow(capacity);
        new RepeatFiles(_folder["repeats"], capacity).Load(window, 87);
        for (var i = 80; i < 87; i++) Assert.NotNull(window.FindSame(Id($"e{i}", A), Start));
    }

    [Fact]
    public void A_flipped_byte_costs_one_record_its_recognition_and_no_other()
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        files.Append(Records(0, 3));
        var path = _folder["repeats", "00000001"];
        var bytes = File.ReadAllBytes(path);
        for (var at = RepeatFiles.RecordBytes; at < 2 * RepeatFiles.RecordBytes; at++)
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(path, bytes);
            var window = new RepeatWindow(80);
            new RepeatFiles(_folder["repeats"], 80).Load(window, 3);
            Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(i => window.FindSame(Id($"e{i}", A), Start) is not null));
            bytes[at] ^= 1;
        }
    }

    [Fact]
    public async Task Repeats_and_conflicts_are_known_across_closing_and_killing()
    {
        using var killed = await TestLedger.KilledAsync(async ledger =>
        {
            await TestLedger.SealAsync(ledger, [TestLedger.Draft(0, repeat: Id("e", A)), TestLedger.Draft(1, repeat: Id("e", B))]);
            await ledger.CheckpointAsync(CancellationToken.None);
            await TestLedger.SealAsync(ledger, [TestLedger.Draft(2, repeat: Id("f", A))]);
        });
        for (var round = 0; round < 2; round++)
        {
            await using var ledger = TestLedger.Open(killed);
            var outcomes = await TestLedger.SealAsync(ledger, new[] { Id("e", A), Id("e", B), Id("f", A) }.Select(id => TestLedger.Draft(9, repeat: id)));
            Assert.All(outcomes, outcome => Assert.Equal(SealStatus.Repeated, outcome.Status));
            Assert.Equal([1L, 2, 3], outcomes.Select(outcome => outcome.Index));
            Assert.All(outcomes, outcome => Assert.Equal(Merkle.LeafHash(ledger.Read(outcome.Index, 1)[0].Leaf.Span), outcome.LeafHash));
        }
    }

    [Fact]
    public async Task A_repeat_in_the_same_group_commit_is_answered_with_the_first()
    {
        await using var ledger = TestLedger.Open(_folder);
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        var drafts = Enumerable.Range(0, 5).Select(_ => TestLedger.Draft(1, repeat: Id("e", A))).ToList();
        foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        gate.Open();

        var outcomes = await Task.WhenAll(drafts.Select(draft => draft.Outcome)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([SealStatus.Sealed, .. Enumerable.Repeat(SealStatus.Repeated, 4)], outcomes.Select(outcome => outcome.Status));
        Assert.Single(outcomes.Select(outcome => (outcome.Index, outcome.LeafHash, outcome.SealedAt)).Distinct());
    }

    [Fact]
    public async Task A_repeat_s_outcome_is_the_first_one_s_to_the_microsecond_also_after_reopening()
    {
        SealOutcome first;
        var clock = new TestClock();
        clock.Time.Advance(TimeSpan.FromTicks(7));
        await using (var ledger = TestLedger.Open(_folder, clock)) first = (await TestLedger.SealAsync(ledger, [TestLedger.Draft(0, repeat: Id("e", A))]))[0];

        await using var again = TestLedger.Open(_folder, clock);
        var second = (await TestLedger.SealAsync(again, [TestLedger.Draft(0, repeat: Id("e", A))]))[0];

        Assert.Equal(first with { Status = SealStatus.Repeated }, second);
        Assert.Contains($"\"at\":\"{LedgerTime.Format(first.SealedAt)}\"", System.Text.Encoding.UTF8.GetString(again.Read(1, 1)[0].Leaf.Span), StringComparison.Ordinal);
    }

    static RepeatIdentity Id(string? eventId, Hash digest, string device = "cam-01") =>
        RepeatIdentity.Of(device, eventId, digest, TimeSpan.FromDays(7));

    static List<SealedRepeat> Records(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => new SealedRepeat(Id($"e{i}", A), i, Start.AddMicroseconds(i), B))];
}
