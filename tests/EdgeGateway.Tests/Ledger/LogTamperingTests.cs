using EdgeGateway.Support;
using static EdgeGateway.Support.TlogTampering;

namespace EdgeGateway.Ledger;

/// <summary>The log's verifier against files that somebody changed.</summary>
public sealed class LogTamperingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(69_887)]
    [InlineData(69_888)]
    [InlineData(69_999)]
    public void A_changed_entry_is_reported_at_its_index(int index)
    {
        var log = TlogMemoryLog.Large.Value.Copy();
        var bundle = BundleOf(log, index, out var offset);
        log.Flip(bundle, offset + 3);
        AssertFault(log, log, bundle, index, $"{bundle}: entry {index} is not the one that the checkpoint commits to.");
    }

    [Fact]
    public void Of_two_changed_entries_the_first_is_reported()
    {
        var log = TlogMemoryLog.Large.Value.Copy();
        foreach (var index in (int[])[69_999, 40_000, 300, 298])
        {
            var bundle = BundleOf(log, index, out var offset);
            log.Flip(bundle, offset + 3);
            AssertFault(log, log, bundle, index, "is not the one that the checkpoint commits to.");
        }
    }

    [Fact]
    public void Each_flipped_bit_of_a_bundle_is_reported_at_its_entry()
    {
        var clean = TlogMemoryLog.Build(TlogVectorReader.SmallEntries);
        var file = clean.Files["tile/entries/000.p/8"];
        var ends = TlogVectorReader.SmallEntries.Select((_, i) => TlogVectorReader.SmallEntries.Take(i + 1).Sum(entry => 2 + entry.Length)).ToList();
        foreach (var (position, flipped) in TlogMutations.BitFlips(file))
        {
            var log = clean.Copy();
            log.Files["tile/entries/000.p/8"] = flipped;
            AssertFault(log, log, "tile/entries/000.p/8", ends.FindIndex(end => position < end), "");
        }
    }

    [Fact]
    public void Each_flipped_bit_of_a_tile_is_reported_at_its_hash()
    {
        var clean = TlogMemoryLog.Build(TlogVectorReader.SmallEntries);
        foreach (var (position, flipped) in TlogMutations.BitFlips(clean.Files["tile/0/000.p/8"]))
        {
            var log = clean.Copy();
            log.Files["tile/0/000.p/8"] = flipped;
            AssertFault(log, log, "tile/0/000.p/8", position / 32, $"hash {position / 32} is wrong. Entry {position / 32} is that of the checkpoint.");
        }
    }

    [Fact]
    public void A_bundle_or_tile_cut_at_any_byte_or_grown_is_reported()
    {
        var clean = TlogMemoryLog.Build(TlogVectorReader.SmallEntries);
        foreach (var path in clean.Files.Keys)
        {
            foreach (var cut in TlogMutations.Truncations(clean.Files[path]).Append([.. clean.Files[path], 0]))
            {
                var log = clean.Copy();
                log.Files[path] = cut;
                var fault = new LogVerifier(log.Checkpoint).Verify(log.Read);
                Assert.NotNull(fault);
                Assert.Equal(path, fault.Path);
            }
        }
    }

    [Theory]
    [InlineData("tile/0/003", 37, 3 * 256 + 1)]
    [InlineData("tile/0/273.p/112", 3583, 69_999)]
    [InlineData("tile/1/000", 32 * 200, 200 * 256)]
    [InlineData("tile/1/001.p/17", 32 * 16, (256 + 16) * 256)]
    [InlineData("tile/2/000.p/1", 31, 0)]
    public void A_changed_hash_of_a_tile_is_told_from_a_changed_entry(string path, int at, long entry)
    {
        var log = TlogMemoryLog.Large.Value.Copy().Flip(path, at);
        AssertFault(log, log, path, entry, $"{path}: hash {at / 32} is wrong.");
    }

    [Theory]
    [InlineData("tile/entries/000")]
    [InlineData("tile/entries/272")]
    [InlineData("tile/entries/273.p/112")]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/272")]
    [InlineData("tile/0/273.p/112")]
    [InlineData("tile/1/000")]
    [InlineData("tile/1/001.p/17")]
    [InlineData("tile/2/000.p/1")]
    public void A_missing_file_is_named(string path)
    {
        var log = TlogMemoryLog.Large.Value.Copy();
        Assert.True(log.Files.Remove(path));
        Assert.True(TilePath.TryParse(path, out var tile));
        AssertFault(log, log, path, tile.FirstEntry, tile.IsPartial ? $"{path} is missing, and so is {tile.Full}." : $"{path} is missing.");
    }

    [Fact]
    public void Every_missing_file_of_a_log_is_named()
    {
        var clean = TlogMemoryLog.OfTexts(1000);
        foreach (var path in clean.Files.Keys)
        {
            var log = clean.Copy();
            log.Files.Remove(path);
            Assert.Equal(path, new LogVerifier(log.Checkpoint).Verify(log.Read)!.Path);
        }
    }

    [Theory]
    [InlineData("tile/0/100", 8191)]
    [InlineData("tile/0/100", 8193)]
    [InlineData("tile/0/100", 0)]
    [InlineData("tile/1/000", 8160)]
    [InlineData("tile/2/000.p/1", 64)]
    [InlineData("tile/0/273.p/112", 8192)]
    public void A_tile_of_the_wrong_length_is_named(string path, int length)
    {
        var log = TlogMemoryLog.Large.Value.Copy();
        Assert.True(TilePath.TryParse(path, out var tile));
        var bytes = log.Files[path];
        Array.Resize(ref bytes, length);
        log.Files[path] = bytes;
        AssertFault(log, log, path, tile.FirstEntry, $"{path} has {length} bytes and not {tile.Width * 32}.");
    }

    [Fact]
    public void An_entry_and_its_leaf_hash_changed_together_are_found()
    {
        var log = TlogMemoryLog.Large.Value.Copy();
        ChangeEntryAndLeaf(log, 300);
        AssertFault(log, log, "tile/entries/001", 256, "neither is what the checkpoint commits to; entries 256 to 511 are not proven.");
    }

    [Fact]
    public void Entries_changed_with_every_tile_above_them_are_found_by_the_checkpoint()
    {
        // All of the log is written anew from a changed entry on, but the checkpoint can not be signed again.
        var clean = TlogMemoryLog.OfTexts(70_000);
        var forged = TlogMemoryLog.Build(Enumerable.Range(0, 70_000).Select(i => System.Text.Encoding.ASCII.GetBytes(i == 40_000 ? "forged" : $"entry-{i}")));
        var fault = new LogVerifier(clean.Checkpoint).Verify(forged.Read);
        Assert.Equal(new LogFault("checkpoint", null, $"The tiles do not give the root {clean.Root} that the checkpoint has for 70000 entries."), fault);
    }

    [Fact]
    public void A_subtree_changed_up_to_a_tile_that_is_bound_is_named()
    {
        // The forger writes the entry, its leaf hash and the hash above, but can't change the tile that the root is made of.
        var log = TlogMemoryLog.Large.Value.Copy();
        ChangeEntryAndLeaf(log, 300);
        Merkle.PerfectRoot(log.Files["tile/0/001"]).CopyTo(log.Files["tile/1/000"].AsSpan(32));
        AssertFault(log, log, "tile/1/000", 0, "tile/1/000 is not what the checkpoint commits to.");
    }

    [Fact]
    public void A_changed_entry_is_found_where_no_tile_above_it_is_bound()
    {
        var log = TlogMemoryLog.Large.Value.Copy().Flip("tile/2/000.p/1", 0);
        var bundle = BundleOf(log, 300, out var offset);
        log.Flip(bundle, offset + 3);
        AssertFault(log, log, bundle, 300, "is not the one that tile/0/001 has, and no tile that the checkpoint binds says which is right.");

        log = TlogMemoryLog.Large.Value.Copy().Flip("tile/2/000.p/1", 0);
        ChangeEntryAndLeaf(log, 300);
        AssertFault(log, log, "tile/1/000", 256, "hash 1 is not the root of tile/0/001");
    }

    [Fact]
    public void A_wrong_tile_beside_a_changed_entry_is_told_apart()
    {
        var log = TlogMemoryLog.Large.Value.Copy().Flip("tile/0/000", 64);
        var bundle = BundleOf(log, 300, out var offset);
        log.Flip(bundle, offset + 3);
        AssertFault(log, log, "tile/0/000", 2, "tile/0/000: hash 2 is wrong. Entry 2 is that of the checkpoint.");
    }

    [Fact]
    public void A_missing_bundle_and_a_changed_tile_leave_the_lower_one_named()
    {
        var log = TlogMemoryLog.Large.Value.Copy().Flip("tile/0/002", 0);
        log.Files.Remove("tile/entries/001");
        AssertFault(log, log, "tile/entries/001", 256, "tile/entries/001 is missing.");
        log.Files.Remove("tile/0/001");
        AssertFault(log, log, "tile/0/001", 256, "tile/0/001 is missing.");
    }

    [Fact]
    public void No_random_change_of_a_log_is_taken_for_the_log()
    {
        var clean = TlogMemoryLog.OfTexts(600);
        var paths = clean.Files.Keys.ToList();
        var random = new Random(42);
        for (var round = 0; round < 400; round++)
        {
            var log = clean.Copy();
            var first = long.MaxValue;
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var path = paths[random.Next(paths.Count)];
                Assert.True(TilePath.TryParse(path, out var tile));
                first = Math.Min(first, tile.FirstEntry);
                if (!log.Files.TryGetValue(path, out var file)) continue;
                if (random.Next(6) == 0) log.Files.Remove(path);
                else log.Files[path] = TlogMutations.Fuzz(file, round, 1).Single();
            }

            if (paths.All(path => log.Files.TryGetValue(path, out var file) && file.AsSpan().SequenceEqual(clean.Files[path]))) continue;
            var fault = new LogVerifier(clean.Checkpoint).Verify(log.Read);
            Assert.NotNull(fault);
            Assert.True(fault.EntryIndex is null || fault.EntryIndex >= first);
        }
    }
}
