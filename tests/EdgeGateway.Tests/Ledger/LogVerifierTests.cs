using System.Collections.Concurrent;
using EdgeGateway.Support;
using static EdgeGateway.Support.TlogTampering;

namespace EdgeGateway.Ledger;

public sealed class LogVerifierTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(600)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(70_000)]
    public void A_whole_log_of_any_size_is_without_fault_and_every_entry_is_visited(int size)
    {
        var log = TlogMemoryLog.OfTexts(size);
        var next = 0L;
        Assert.Null(new LogVerifier(log.Checkpoint).Verify(log.Read, (long index, ReadOnlySpan<byte> entry, in Hash leafHash) =>
        {
            Assert.Equal(next++, index);
            Assert.Equal(Merkle.LeafHash(entry), leafHash);
            Assert.Equal($"entry-{index}", System.Text.Encoding.ASCII.GetString(entry));
            return null;
        }));
        Assert.Equal(size, next);
    }

    [Fact]
    public void The_small_log_of_the_vectors_is_without_fault()
    {
        var log = TlogMemoryLog.Build(TlogVectorReader.SmallEntries);
        Assert.True(Checkpoint.TryOpen(
            Convert.FromHexString(TlogVectors.SignedCheckpoint), VerifierKey.Parse(TlogVectors.LogVerifierKey), null, out var checkpoint, out _));
        Assert.Null(new LogVerifier(checkpoint).Verify(log.Read));
    }

    [Fact]
    public void Bundles_may_be_checked_on_all_cores()
    {
        var log = TlogMemoryLog.Large.Value;
        var verifier = new LogVerifier(log.Checkpoint);
        var checks = new BundleCheck[verifier.BundleCount];
        var visited = new ConcurrentBag<long>();
        Parallel.For(0, verifier.BundleCount, number =>
        {
            checks[number] = verifier.CheckBundle(number, log.Read, (long index, ReadOnlySpan<byte> _, in Hash _) =>
            {
                visited.Add(index);
                return null;
            });
        });
        Assert.Null(verifier.Conclude(checks, log.Read));
        Assert.Equal(70_000, visited.Distinct().Count());
    }

    [Fact]
    public void An_earlier_checkpoint_is_checked_with_the_full_files_of_now()
    {
        var (older, newer) = (TlogMemoryLog.OfTexts(300), TlogMemoryLog.OfTexts(70_000));
        var visited = 0;
        Assert.Null(new LogVerifier(older.Checkpoint).Verify(newer.Read, (long _, ReadOnlySpan<byte> _, in Hash _) =>
        {
            visited++;
            return null;
        }));
        Assert.Equal(300, visited);

        // What the full files hold beyond the checkpoint is not of it, but a file must be whole.
        var copy = newer.Copy();
        copy.Files["tile/entries/001"][^1] ^= 1;
        copy.Files["tile/0/001"][^1] ^= 1;
        Assert.Null(new LogVerifier(older.Checkpoint).Verify(copy.Read));
        copy.Files["tile/entries/001"] = copy.Files["tile/entries/001"][..^1];
        AssertFault(older, copy, "tile/entries/001", 299, "The bundle ends within entry 255 of its 256.");
    }

    [Fact]
    public void A_checkpoint_of_another_size_does_not_fit_the_log()
    {
        var log = TlogMemoryLog.OfTexts(300);
        foreach (var size in (int[])[299, 301, 255, 512])
        {
            // Neither the root of now nor the files of that size are there.
            Assert.NotNull(new LogVerifier(new Checkpoint("a", size, log.Root)).Verify(log.Read));
            Assert.NotNull(new LogVerifier(new Checkpoint("a", size, log.Root)).Verify(TlogMemoryLog.OfTexts(size).Read));
        }
    }

    [Fact]
    public void What_a_visitor_objects_to_is_a_fault_at_its_entry()
    {
        var log = TlogMemoryLog.OfTexts(600);
        var fault = new LogVerifier(log.Checkpoint).Verify(log.Read, (long index, ReadOnlySpan<byte> _, in Hash _) => index is 300 or 301 or 599 ? "not canonical." : null);
        Assert.Equal(new LogFault("tile/entries/001", 300, "Entry 300: not canonical."), fault);

        // A changed entry before it comes first, and is not shown to the visitor at all.
        var changed = log.Copy();
        var bundle = BundleOf(changed, 7, out var offset);
        changed.Flip(bundle, offset);
        fault = new LogVerifier(log.Checkpoint).Verify(changed.Read, (long index, ReadOnlySpan<byte> _, in Hash _) =>
        {
            Assert.NotEqual(7, index);
            return index == 8 ? "not canonical." : null;
        });
        Assert.Equal(7, fault!.EntryIndex);
    }

    [Fact]
    public void Bundles_that_were_not_checked_conclude_nothing()
    {
        var log = TlogMemoryLog.OfTexts(600);
        var verifier = new LogVerifier(log.Checkpoint);
        var checks = Enumerable.Range(0, 3).Select(number => verifier.CheckBundle(number, log.Read)).ToList();
        Assert.Throws<ArgumentException>(() => verifier.Conclude([], log.Read));
        Assert.Throws<ArgumentException>(() => verifier.Conclude(checks[..2], log.Read));
        Assert.Throws<ArgumentException>(() => verifier.Conclude([checks[1], checks[0], checks[2]], log.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => verifier.CheckBundle(3, log.Read));
        Assert.Null(verifier.Conclude(checks, log.Read));
    }

    [Fact]
    public void A_bundle_is_checked_with_its_own_tile_only()
    {
        var log = TlogMemoryLog.OfTexts(600);
        var verifier = new LogVerifier(log.Checkpoint);
        Assert.Throws<ArgumentException>(() => Check(TilePath.ForEntries(0), TilePath.ForHashes(0, 1)));
        Assert.Throws<ArgumentException>(() => Check(TilePath.ForEntries(0), TilePath.ForHashes(1, 0)));
        Assert.Throws<ArgumentException>(() => Check(TilePath.ForEntries(0), TilePath.ForEntries(0)));
        Assert.Throws<ArgumentException>(() => Check(TilePath.ForHashes(0, 0), TilePath.ForHashes(0, 0)));
        Assert.Throws<ArgumentException>(() => Check(TilePath.ForEntries(2, 87), TilePath.ForHashes(0, 2, 88)));
        Assert.Equal(2, Check(TilePath.ForEntries(2, 88), TilePath.ForHashes(0, 2, 88)).Number);

        BundleCheck Check(TilePath bundle, TilePath tile) => verifier.CheckBundle(new TileFile(bundle, []), new TileFile(tile, []));
    }

    [Fact]
    public void Growth_from_a_checkpoint_kept_elsewhere_is_proven_or_refused()
    {
        var log = TlogMemoryLog.Large.Value;
        var verifier = new LogVerifier(log.Checkpoint);
        foreach (var size in (int[])[0, 1, 255, 256, 257, 65_536, 69_999, 70_000])
            Assert.Null(verifier.CheckGrowth(log.At(size).Checkpoint, log.Read));

        Assert.Contains("did not grow", verifier.CheckGrowth(new Checkpoint("example.com/log", 256, log.Roots[257]), log.Read)!.Sentence, StringComparison.Ordinal);
        Assert.Contains("did not grow", verifier.CheckGrowth(new Checkpoint("example.com/log", 70_000, log.Roots[1]), log.Read)!.Sentence, StringComparison.Ordinal);
        Assert.Contains("is of the log", verifier.CheckGrowth(new Checkpoint("other", 256, log.Roots[256]), log.Read)!.Sentence, StringComparison.Ordinal);
        Assert.Contains("it had 70000", new LogVerifier(log.At(300).Checkpoint).CheckGrowth(log.Checkpoint, log.Read)!.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tile/0/000.p/5", "tile/0/000", 1)]
    [InlineData("tile/entries/000.p/5", "tile/entries/000", 1)]
    [InlineData("tile/1/000.p/1", "tile/1/000.p/2", 256)]
    public void A_partial_file_left_over_is_the_beginning_of_the_one_after_it(string leftover, string wider, int entriesEach)
    {
        var log = TlogMemoryLog.OfTexts(600);
        Assert.True(TilePath.TryParse(leftover, out var path));
        Assert.True(TilePath.TryParse(wider, out var widerPath));
        var file = TlogMemoryLog.OfTexts(path.Width * entriesEach).Files[leftover];
        Assert.Null(Check(file));

        for (var position = 0; position < file.Length; position++)
        {
            var changed = file.ToArray();
            changed[position] ^= 1;
            var expected = path.HoldsEntries ? position / "..entry-0".Length : position / 32 * entriesEach;
            Assert.Equal(new LogFault(leftover, expected, $"{leftover} is not the beginning of {wider}."), Check(changed));
            Assert.NotNull(Check(file[..position]));
        }

        Assert.NotNull(Check([.. file, log.Files[wider][file.Length]]));
        Assert.Throws<ArgumentException>(() => LogVerifier.CheckLeftover(new TileFile(widerPath, file), new TileFile(path, file)));

        LogFault? Check(byte[] bytes) => LogVerifier.CheckLeftover(new TileFile(path, bytes), new TileFile(widerPath, log.Files[wider]));
    }
}
