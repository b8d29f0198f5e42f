using EdgeGateway.Ledger;

namespace EdgeGateway.Support;

/// <summary>Where in a log's files an entry is, and what the verifier must say once they are changed.</summary>
static class TlogTampering
{
    public static void AssertFault(TlogMemoryLog head, TlogMemoryLog files, string path, long entry, string words)
    {
        var fault = new LogVerifier(head.Checkpoint).Verify(files.Read);
        Assert.NotNull(fault);
        Assert.Equal((path, entry), (fault.Path, fault.EntryIndex));
        Assert.Contains(words, fault.Sentence, StringComparison.Ordinal);
    }

    /// <summary>The bundle of an entry, and where in it the entry's bytes begin.</summary>
    public static string BundleOf(TlogMemoryLog log, int index, out int offset)
    {
        var width = TileMath.Width(0, index / 256, log.Size);
        var path = TilePath.ForEntries(index / 256, width).ToString();
        offset = 2 + EntryBundle.Decode(log.Files[path], width).Take(index % 256).Sum(entry => 2 + entry.Length);
        return path;
    }

    public static void ChangeEntryAndLeaf(TlogMemoryLog log, int index)
    {
        var bundle = BundleOf(log, index, out var offset);
        log.Flip(bundle, offset + 3);
        var leaf = Merkle.LeafHash(EntryBundle.Decode(log.Files[bundle], 256)[index % 256].Span);
        leaf.CopyTo(log.Files[TilePath.ForHashes(0, index / 256).ToString()].AsSpan(index % 256 * 32));
    }
}
