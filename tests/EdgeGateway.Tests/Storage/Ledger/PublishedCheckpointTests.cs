using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class PublishedCheckpointTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_size_that_was_published_has_its_tiles_and_they_give_the_signed_root()
    {
        var random = new Random(20261122);
        await using var ledger = TestLedger.Open(_folder);
        var published = new List<Checkpoint>();
        foreach (var target in new[] { 1L, 2, 3, 200, 255, 256, 257, 300, 511, 512, 700, 1024, 1025, 1500 })
        {
            if (target > ledger.Size) await TestLedger.SealAsync(ledger, (int)ledger.Size - 1, (int)(target - ledger.Size));
            published.Add((await ledger.CheckpointAsync(CancellationToken.None)).Checkpoint);
            Assert.Equal(target, published[^1].Size);

            // Not only the newest: a client may still hold any earlier checkpoint.
            foreach (var checkpoint in published)
            {
                var fault = new LogVerifier(checkpoint).Verify(path => TestLedger.Read(_folder, path));
                Assert.True(fault is null, $"At {target} entries, the checkpoint of {checkpoint.Size}: {fault}");
            }

            foreach (var path in TileMath.Files(target)) Assert.NotNull(ledger.ReadTile(path));
            var earlier = published[random.Next(published.Count)];
            Assert.Null(new LogVerifier(published[^1]).CheckGrowth(earlier, path => ledger.ReadTile(path)));
        }
    }

    [Fact]
    public async Task Partial_tiles_go_once_the_full_one_is_there()
    {
        await using var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 99);
        await ledger.CheckpointAsync(CancellationToken.None);
        await TestLedger.SealAsync(ledger, 99, 50);
        await ledger.CheckpointAsync(CancellationToken.None);
        Assert.Equal(["100", "150"], Names("tile", "0", "000.p"));
        Assert.Equal(["100", "150"], Names("tile", "entries", "000.p"));

        await TestLedger.SealAsync(ledger, 149, 150);
        await ledger.CheckpointAsync(CancellationToken.None);

        Assert.Equal(["000", "001.p"], Names("tile", "0"));
        Assert.Equal(["000", "001.p"], Names("tile", "entries"));
        Assert.Equal(["000.p"], Names("tile", "1"));
    }

    [Fact]
    public async Task Partial_tiles_that_a_killed_process_left_go_too()
    {
        using var folder = await TestLedger.KilledAsync(async ledger =>
        {
            await TestLedger.SealAsync(ledger, 0, 99);
            await ledger.CheckpointAsync(CancellationToken.None);
        });

        await using var ledger = TestLedger.Open(folder);
        await TestLedger.SealAsync(ledger, 99, 200);
        await ledger.CheckpointAsync(CancellationToken.None);

        Assert.False(Directory.Exists(folder["ledger", "tile", "0", "000.p"]));
        Assert.False(Directory.Exists(folder["ledger", "tile", "entries", "000.p"]));
    }

    [Fact]
    public async Task A_published_partial_tile_is_never_written_again()
    {
        // Sizes 300 and 400 share the first partial tile of level 1; replacing it could lose it to both in a power cut.
        await using (var ledger = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(ledger, 0, 299);
            await ledger.CheckpointAsync(CancellationToken.None);
        }

        var shared = _folder["ledger", "tile", "1", "000.p", "1"];
        var mark = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(shared, mark);
        await using (var again = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(again, 299, 50);
            await again.CheckpointAsync(CancellationToken.None);
            await TestLedger.SealAsync(again, 349, 50);
            await again.CheckpointAsync(CancellationToken.None);
            Assert.Null(TestLedger.Verify(_folder, again.Key));
        }

        Assert.Equal(mark, File.GetLastWriteTimeUtc(shared));
    }

    [Fact]
    public async Task Without_news_the_last_checkpoint_is_given_again_and_nothing_is_signed()
    {
        await using var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 10);

        var first = await ledger.CheckpointAsync(CancellationToken.None);
        var state = await File.ReadAllBytesAsync(_folder["ledger", "state"]);
        var second = await ledger.CheckpointAsync(CancellationToken.None);

        Assert.Same(first, second);
        Assert.Same(first, ledger.Latest);
        Assert.Equal(state, await File.ReadAllBytesAsync(_folder["ledger", "state"]));
    }

    [Fact]
    public async Task The_history_holds_every_note_once_in_order_whatever_was_closed_or_lost_in_between()
    {
        var notes = new List<byte[]>();
        for (var round = 0; round < 3; round++)
        {
            await using var ledger = TestLedger.Open(_folder);
            notes.Add((await ledger.CheckpointAsync(CancellationToken.None)).Note);
            await TestLedger.SealAsync(ledger, 10 * round, 10);
            notes.Add((await ledger.CheckpointAsync(CancellationToken.None)).Note);

            // As if the power had gone before it was on show: it is signed again, to the same bytes.
            File.Delete(_folder["ledger", "checkpoint"]);
        }

        var expected = notes.DistinctBy(Convert.ToHexString).SelectMany(note => note.Append((byte)'\n')).ToArray();
        Assert.Equal(expected, await File.ReadAllBytesAsync(_folder["ledger", "checkpoints", "2026-11"]));
    }

    [Fact]
    public async Task The_history_begins_a_new_file_each_month()
    {
        var clock = new TestClock();
        await using var ledger = TestLedger.Open(_folder, clock);
        var first = await ledger.CheckpointAsync(CancellationToken.None);
        clock.Time.Advance(TimeSpan.FromDays(20));
        await TestLedger.SealAsync(ledger, 0, 1);
        var second = await ledger.CheckpointAsync(CancellationToken.None);

        Assert.Equal(first.Note.Append((byte)'\n').ToArray(), await File.ReadAllBytesAsync(_folder["ledger", "checkpoints", "2026-11"]));
        Assert.Equal(second.Note.Append((byte)'\n').ToArray(), await File.ReadAllBytesAsync(_folder["ledger", "checkpoints", "2026-12"]));
    }

    [Fact]
    public void Part_of_a_note_at_the_history_s_end_gives_way_to_the_next_note()
    {
        var history = new CheckpointHistory(_folder["checkpoints"]);
        var notes = Enumerable.Range(0, 3).Select(Note).ToList();
        var now = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        foreach (var note in notes[..2]) history.Append(note, now);
        var path = _folder["checkpoints", "2026-11"];
        var two = File.ReadAllBytes(path);
        history.Append(notes[2], now);
        var three = File.ReadAllBytes(path);

        for (var length = two.Length; length < three.Length; length++)
        {
            foreach (var zeros in new[] { 0, 1000 })
            {
                File.WriteAllBytes(path, [.. three[..length], .. new byte[zeros]]);
                history.Append(notes[2], now);
                Assert.Equal(three, File.ReadAllBytes(path));
            }
        }
    }

    [Fact]
    public void A_history_in_which_no_note_is_found_loses_nothing()
    {
        var history = new CheckpointHistory(_folder["checkpoints"]);
        var now = new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
        var path = _folder["checkpoints", "2026-11"];
        Directory.CreateDirectory(_folder["checkpoints"]);
        var foreign = new byte[20_000];
        File.WriteAllBytes(path, foreign);

        history.Append(Note(1), now);

        Assert.Equal([.. foreign, .. Note(1), (byte)'\n'], File.ReadAllBytes(path));
    }

    [Fact]
    public async Task The_latest_checkpoint_is_known_after_reopening()
    {
        SignedCheckpoint signed;
        await using (var ledger = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(ledger, 0, 10);
            signed = await ledger.CheckpointAsync(CancellationToken.None);
        }

        await using var again = TestLedger.Open(_folder);
        Assert.Equal(signed.Checkpoint, again.Latest!.Checkpoint);
        Assert.Equal(signed.Note, again.Latest.Note);
        Assert.Same(again.Latest, await again.CheckpointAsync(CancellationToken.None));
    }

    static byte[] Note(int number)
    {
        var key = SigningKey.FromSeed(TestLedger.Origin, new byte[32]);
        return new Checkpoint(TestLedger.Origin, 10 + number, new Hash([.. Enumerable.Repeat((byte)number, 32)])).Sign(key).Encode();
    }

    IEnumerable<string?> Names(params string[] directory) =>
        Directory.GetFileSystemEntries(_folder[["ledger", .. directory]]).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
