using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Ledger;

public sealed class LeafWriterTests
{
    static readonly DateTimeOffset At = new(2026, 11, 22, 5, 6, 7, TimeSpan.Zero);

    readonly LeafWriter _leaves = new();

    [Fact]
    public void A_leaf_is_canonical_JSON_and_its_hash_is_that_of_RFC_6962()
    {
        _leaves.SetClock(new TestClock().Read());

        var hash = _leaves.Write(Draft("{}"), At, null, 1, null, RepeatFacts.None);

        Assert.Equal(Merkle.LeafHash(_leaves.Leaf), hash);
        Assert.Equal(LedgerCanonical.Of(_leaves.Leaf.ToArray()), Encoding.UTF8.GetString(_leaves.Leaf));
    }

    [Fact]
    public void Every_kind_has_its_word_and_is_read_back()
    {
        _leaves.SetClock(new TestClock().Read());
        foreach (var kind in Enum.GetValues<EntryKind>())
        {
            _leaves.Write(Draft("{}", kind), At, null, 1, null, RepeatFacts.None);

            Assert.Contains($"\"kind\":\"{kind.ToString().ToLowerInvariant()}\"", Encoding.UTF8.GetString(_leaves.Leaf), StringComparison.Ordinal);
            Assert.True(EntryKinds.TryParse(EntryKinds.Text(kind), out var read));
            Assert.Equal(kind, read);
        }

        Assert.False(EntryKinds.TryParse("Evidence", out _));
        Assert.False(EntryKinds.TryParse("0", out _));
        Assert.False(EntryKinds.TryParse("", out _));
        Assert.False(EntryKinds.TryParse(null, out _));
    }

    [Theory]
    [InlineData(ClockState.Synchronised, "synchronised")]
    [InlineData(ClockState.Unsynchronised, "unsynchronised")]
    [InlineData(ClockState.BelowFloor, "below-floor")]
    public void A_clock_says_what_is_known_and_leaves_out_what_is_not(ClockState state, string word)
    {
        _leaves.SetClock(new ClockReading(At, 5, "boot", "system", state));
        _leaves.Write(Draft("{}"), At, null, 1, null, RepeatFacts.None);
        Assert.Contains(
            $$"""clock":{"bootId":"boot","monoUs":5,"source":"system","state":"{{word}}"},""", Encoding.UTF8.GetString(_leaves.Leaf), StringComparison.Ordinal);

        _leaves.SetClock(new ClockReading(At, 6, "boot", "gps", state, -7, 8));
        _leaves.Write(Draft("{}"), At, null, 1, null, RepeatFacts.None);
        Assert.Contains(
            $$"""clock":{"bootId":"boot","monoUs":6,"offsetUs":-7,"source":"gps","state":"{{word}}","uncertaintyUs":8},""",
            Encoding.UTF8.GetString(_leaves.Leaf), StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_several_entries_of_an_action_names_its_place_among_them()
    {
        _leaves.SetClock(new TestClock().Read());
        var draft = new FixedDraft(
            EntryKind.Review, "device/cam-01", Actors.Gateway, Authentication.None, "{}"u8.ToArray(), SealedPart.Seal("{}"u8, new byte[LedgerRecord.SaltBytes]))
        {
            Batch = new EntryBatch("b1", 2, 3),
        };

        _leaves.Write(draft, At, null, 1, null, RepeatFacts.None);

        Assert.Contains("""},"batch":{"id":"b1","n":2,"of":3},"body":{},""", Encoding.UTF8.GetString(_leaves.Leaf), StringComparison.Ordinal);
        Assert.Equal(LedgerCanonical.Of(_leaves.Leaf.ToArray()), Encoding.UTF8.GetString(_leaves.Leaf));
    }

    [Fact]
    public void Without_a_clock_nothing_is_written() =>
        Assert.Throws<InvalidOperationException>(() => _leaves.Write(Draft("{}"), At, null, 1, null, RepeatFacts.None));

    [Fact]
    public void A_leaf_of_4096_bytes_is_the_largest()
    {
        _leaves.SetClock(new TestClock().Read());
        _leaves.Write(Draft("\"\""), At, null, 1, null, RepeatFacts.None);
        var room = LedgerRecord.MaximumLeafBytes - _leaves.Leaf.Length;

        _leaves.Write(Draft($"\"{new string('x', room)}\""), At, null, 1, null, RepeatFacts.None);
        Assert.Equal(LedgerRecord.MaximumLeafBytes, _leaves.Leaf.Length);

        var failure = Assert.Throws<InvalidOperationException>(
            () => _leaves.Write(Draft($"\"{new string('x', room + 1)}\""), At, null, 1, null, RepeatFacts.None));
        Assert.Contains("device/cam-01", failure.Message, StringComparison.Ordinal);
        _leaves.Write(Draft("{}"), At, null, 1, null, RepeatFacts.None);
        Assert.StartsWith("{\"actor\"", Encoding.UTF8.GetString(_leaves.Leaf), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("device/ü")]
    [InlineData("device/a b")]
    [InlineData("device/\n")]
    [InlineData("device/\"")]
    public void A_subject_that_no_file_of_the_ledger_can_hold_is_refused_when_the_entry_is_made(string subject)
    {
        Assert.Throws<ArgumentException>(() => TestLedger.Draft(1, subject));
        Assert.Throws<ArgumentException>(() => TestLedger.Draft(1, new string('a', 256)));
        Assert.Equal(255, TestLedger.Draft(1, new string('a', 255)).Subject.Length);
    }

    [Fact]
    public async Task An_outcome_is_given_once()
    {
        var draft = TestLedger.Draft(1);
        Assert.False(draft.Outcome.IsCompleted);

        draft.Complete(new SealOutcome(SealStatus.Sealed, 7, default, At));
        draft.Complete(SealOutcome.Unavailable);

        Assert.Equal(7, (await draft.Outcome).Index);
    }

    static FixedDraft Draft(string body, EntryKind kind = EntryKind.Evidence) => new(
        kind, "device/cam-01", "device/cam-01", Authentication.Line, Encoding.UTF8.GetBytes(body), SealedPart.Seal("{}"u8, new byte[32]));
}
