using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Verification;

namespace EdgeGateway.Tests.Verification;

/// <summary>Chains of <c>seq</c> and <c>prev</c>: what they prove of entries that the tree holds, and of those in the log's tail.</summary>
public sealed class OwnEntriesTests
{
    const string Words = "proves gaps after sealing";

    [Fact]
    public async Task A_chain_without_a_hole_is_good()
    {
        var entries = await EntriesAsync();
        Assert.Null(Check(entries, signed: entries.Count).FirstFault);
        Assert.Null(Check(entries, signed: 4).FirstFault);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public async Task A_missing_number_is_named_with_the_entry_behind_it(int missing)
    {
        var entries = await EntriesAsync();
        var fault = Check(Without(entries, missing), signed: entries.Count - 1).FirstFault!;
        Assert.Equal(missing, fault.EntryIndex);
        Assert.Contains(Words, fault.Sentence, StringComparison.Ordinal);
        Assert.Contains($"number {missing} is missing", fault.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_stands_twice_and_one_of_another_history_are_named()
    {
        var entries = await EntriesAsync();
        var twice = Check([.. entries[..10], entries[9], .. entries[10..]], signed: entries.Count + 1).FirstFault!;
        Assert.Equal(10, twice.EntryIndex);
        Assert.Contains(Words, twice.Sentence, StringComparison.Ordinal);

        var others = await EntriesAsync(from: 1000);
        var mixed = Check([.. entries[..5], .. others[5..]], signed: entries.Count).FirstFault!;
        Assert.Equal(5, mixed.EntryIndex);
        Assert.Contains("names another entry before it", mixed.Sentence, StringComparison.Ordinal);
        Assert.Contains(Words, mixed.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hole_in_the_logs_tail_is_named_in_the_same_words_however_often_it_is_read()
    {
        var entries = await EntriesAsync();
        const int signed = 20;
        var own = Check(entries[..signed], signed);
        for (var again = 0; again < 3; again++)
        {
            for (var i = signed; i < signed + 5; i++) Assert.Null(Tail(own, i, entries[i]));
        }

        var sentence = Tail(own, signed + 5, entries[signed + 7]);
        Assert.Contains($"numbers {signed + 5} to {signed + 6} are missing", sentence, StringComparison.Ordinal);
        Assert.Contains(Words, sentence, StringComparison.Ordinal);
        Assert.Contains("names another", Tail(own, signed + 5, (await EntriesAsync(from: 1000))[signed + 5]), StringComparison.Ordinal);
        Assert.Null(Tail(own, signed + 5, entries[signed + 5]));
    }

    [Fact]
    public async Task Gap_entries_are_counted_in_bundles_and_in_the_tail()
    {
        using var folder = new TempFolder(inMemory: true);
        await using var ledger = TestLedger.Open(folder);
        foreach (var kind in (EntryKind[])[EntryKind.Gap, EntryKind.Gateway, EntryKind.Gap])
        {
            await TestLedger.SealAsync(ledger, [new FixedDraft(kind, Subjects.Gateway, Actors.Gateway, EdgeGateway.Evidence.Authentication.None, "{}"u8.ToArray(), SealedPart.Seal("{}"u8, new byte[32]))]);
        }

        var entries = TestLedger.ReadAll(ledger);
        var own = Check(entries[..2], signed: 2);
        Assert.Equal(1, own.Gaps);
        Assert.Null(Tail(own, 2, entries[2]));
        Assert.Null(Tail(own, 3, entries[3]));
        Assert.Equal(2, own.Gaps);
    }

    /// <summary>The genesis and 400 entries of one device.</summary>
    static async Task<List<LedgerRecord>> EntriesAsync(int from = 0)
    {
        using var folder = new TempFolder(inMemory: true);
        await using var ledger = TestLedger.Open(folder);
        await TestLedger.SealAsync(ledger, from, 400);
        return TestLedger.ReadAll(ledger);
    }

    static List<LedgerRecord> Without(List<LedgerRecord> entries, int index) => [.. entries[..index], .. entries[(index + 1)..]];

    /// <summary>The entries in the order given, as if the tree held them so.</summary>
    static OwnEntries Check(List<LedgerRecord> entries, int signed)
    {
        var key = LedgerKeys.New(TestLedger.Origin).Verifier;
        var own = new OwnEntries(new VerificationRequest("", key, null, false, ""), signed);
        for (var number = 0L; number * TilePath.FullWidth < signed; number++)
        {
            var bundle = own.Open(number);
            for (var index = number * TilePath.FullWidth; index < Math.Min(signed, (number + 1) * TilePath.FullWidth); index++)
            {
                Assert.Null(bundle.Visit(index, entries[(int)index].Leaf.Span, Merkle.LeafHash(entries[(int)index].Leaf.Span)));
            }

            own.Close(bundle);
        }

        return own;
    }

    static string? Tail(OwnEntries own, long index, LedgerRecord record) =>
        own.VisitTail(new LedgerRecord(index, record.Leaf, record.Salt, record.PrivatePart), _ => null);
}
