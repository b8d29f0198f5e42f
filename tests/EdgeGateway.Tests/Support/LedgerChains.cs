using System.Text.Json;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>What each entry says of the others and of its private part, read without the ledger's own code for it.</summary>
static class LedgerChains
{
    public static void Check(IReadOnlyList<LedgerRecord> records)
    {
        var heads = new Dictionary<string, (long Sequence, string Leaf)>();
        string? log = null;
        for (var i = 0; i < records.Count; i++)
        {
            var leaf = JsonDocument.Parse(records[i].Leaf).RootElement;
            var subject = leaf.GetProperty("subject").GetString()!;
            var previous = leaf.TryGetProperty("prev", out var prev) ? prev.GetString() : null;
            Assert.Equal(i, records[i].Index);
            Assert.Equal(log, leaf.TryGetProperty("log", out var first) ? first.GetString() : null);
            Assert.Equal(heads.TryGetValue(subject, out var head) ? (head.Sequence + 1, head.Leaf) : (1, null), (leaf.GetProperty("seq").GetInt64(), previous));
            Assert.Equal(
                SealedPart.Commit(records[i].Salt.Span, records[i].PrivatePart.Span).ToString(), leaf.GetProperty("commit").GetString());
            var hash = Merkle.LeafHash(records[i].Leaf.Span).ToString();
            log ??= hash;
            heads[subject] = (leaf.GetProperty("seq").GetInt64(), hash);
        }
    }
}
