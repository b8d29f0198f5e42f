using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class FileLedgerTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Entry_0_is_the_genesis_and_names_both_keys()
    {
        await using var ledger = TestLedger.Open(_folder);

        var genesis = Encoding.UTF8.GetString(ledger.Read(0, 1)[0].Leaf.Span);

        Assert.Contains("\"kind\":\"genesis\"", genesis, StringComparison.Ordinal);
        Assert.Contains(ledger.Key.ToString(), genesis, StringComparison.Ordinal);
        Assert.Contains($"\"recoveryKey\":\"{TestLedger.Origin}/recovery+", genesis, StringComparison.Ordinal);
        Assert.NotNull(ledger.Recovery.Created);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(1000)]
    public async Task What_was_sealed_is_there_after_reopening(int count)
    {
        SealOutcome[] outcomes;
        await using (var ledger = TestLedger.Open(_folder))
        {
            outcomes = await TestLedger.SealAsync(ledger, Enumerable.Range(0, count).Select(n => TestLedger.Draft(n)));
        }

        await using var again = TestLedger.Open(_folder);

        Assert.Equal(count + 1, again.Size);
        for (var n = 0; n < count; n++)
        {
            var record = again.Read(outcomes[n].Index, 1)[0];
            Assert.Equal(outcomes[n].LeafHash, Merkle.LeafHash(record.Leaf.Span));
            Assert.Equal($"{{\"secret\":\"{n}\"}}", Encoding.UTF8.GetString(record.PrivatePart.Span));
        }
    }

    [Fact]
    public async Task A_checkpoint_signs_the_root_of_all_leaves()
    {
        await using var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, Enumerable.Range(0, 700).Select(n => TestLedger.Draft(n)));

        var signed = await ledger.CheckpointAsync(CancellationToken.None);

        var tree = new TreeEdge();
        foreach (var record in ReadAll(ledger)) tree.Append(Merkle.LeafHash(record.Leaf.Span), (_, _) => { });
        Assert.Equal(701, signed.Checkpoint.Size);
        Assert.Equal(tree.Root(), signed.Checkpoint.Root);
        Assert.True(Checkpoint.TryOpen(await File.ReadAllBytesAsync(_folder["ledger", "checkpoint"]), ledger.Key, ledger.Origin, out _, out _));
    }

    [Fact]
    public async Task Each_entry_names_the_one_before_it_of_its_subject()
    {
        await using (var ledger = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(ledger, Enumerable.Range(0, 20).Select(n => TestLedger.Draft(n, n % 2 == 0 ? "device/a" : "device/b")));
        }

        await using var again = TestLedger.Open(_folder);
        await TestLedger.SealAsync(again, Enumerable.Range(20, 20).Select(n => TestLedger.Draft(n, n % 2 == 0 ? "device/a" : "device/b")));

        var heads = new Dictionary<string, (long Sequence, Hash Leaf)>();
        foreach (var record in ReadAll(again))
        {
            var leaf = System.Text.Json.JsonDocument.Parse(record.Leaf).RootElement;
            var subject = leaf.GetProperty("subject").GetString()!;
            var known = heads.TryGetValue(subject, out var head);
            Assert.Equal(known ? head.Sequence + 1 : 1, leaf.GetProperty("seq").GetInt64());
            Assert.Equal(known, leaf.TryGetProperty("prev", out var previous));
            if (known) Assert.Equal(head.Leaf.ToString(), previous.GetString());
            heads[subject] = (leaf.GetProperty("seq").GetInt64(), Merkle.LeafHash(record.Leaf.Span));
        }

        Assert.Equal(20, heads["device/a"].Sequence);
    }

    [Fact]
    public async Task A_repeat_is_answered_with_the_first_entry_also_after_reopening()
    {
        var identity = RepeatIdentity.Of("cam-01", "event-1", Hash.Parse(new string('a', 64)), TimeSpan.FromDays(7));
        SealOutcome first;
        await using (var ledger = TestLedger.Open(_folder))
        {
            first = (await TestLedger.SealAsync(ledger, [TestLedger.Draft(1, repeat: identity)]))[0];
            var second = (await TestLedger.SealAsync(ledger, [TestLedger.Draft(1, repeat: identity)]))[0];
            Assert.Equal((SealStatus.Repeated, first.Index, first.LeafHash), (second.Status, second.Index, second.LeafHash));
            await TestLedger.SealAsync(ledger, Enumerable.Range(0, 600).Select(n => TestLedger.Draft(n)));
        }

        await using var again = TestLedger.Open(_folder);
        var third = (await TestLedger.SealAsync(again, [TestLedger.Draft(1, repeat: identity)]))[0];

        Assert.Equal((SealStatus.Repeated, first.Index), (third.Status, third.Index));
        Assert.Equal(602, again.Size);
    }

    static IEnumerable<LedgerRecord> ReadAll(ILedgerReader ledger)
    {
        for (var from = 0L; from < ledger.Size;)
        {
            var records = ledger.Read(from, 100);
            foreach (var record in records) yield return record;
            from += records.Count;
        }
    }
}
