using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Uploads;
using EdgeGateway.Tests.Support;
using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Uploads;

/// <summary>What is on disk when the power goes, at every step of an upload.</summary>
public sealed class UploadRestartTests
{
    const int Chunk = UploadBench.ChunkSize;

    [Fact]
    public async Task After_a_kill_every_acknowledged_chunk_is_there_and_the_rest_is_asked_for()
    {
        var content = UploadBench.Content(8 * Chunk + 5);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            foreach (var number in (int[])[8, 2, 3, 0]) await bench.KeepAsync("clip-1", content, number);
        });

        await using var bench = UploadBench.Open(killed);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        Assert.Equal([(1, 1), (4, 7)], Assert.IsType<UploadAnswer.Missing>(bench.Told()).Ranges);
        foreach (var number in (int[])[1, 4, 5, 6, 7]) await bench.KeepAsync("clip-1", content, number);

        var receipt = Assert.IsType<UploadAnswer.Sealed>(bench.Told());
        Assert.Equal(content, File.ReadAllBytes(bench.Objects.PathOf(receipt.Sha256)));
        using var entry = await bench.EntryAsync(receipt.Index);
        Assert.Contains("\"credentialId\":\"0123456789abcdef\"", System.Text.Encoding.UTF8.GetString(TestLedger.ReadAll(bench.Ledger)[(int)receipt.Index].Leaf.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_after_the_last_chunk_it_is_sealed_by_itself_and_the_manifest_gets_the_receipt()
    {
        var content = UploadBench.Content(3 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Sealer.IsUnavailable = true;
            bench.Begin("clip-1", UploadBench.Manifest(content));
            for (var number = 0; number < 3; number++) await bench.KeepAsync("clip-1", content, number);
        });

        await using var bench = UploadBench.Open(killed);
        var receipt = await ReceiptAsync(bench, content);

        Assert.Equal(content, File.ReadAllBytes(bench.Objects.PathOf(receipt.Sha256)));
        Assert.Equal(1, await ClipsAsync(bench));
    }

    [Trait("Ask", "No row deleted before receipt")]
    [Fact]
    public async Task Killed_between_the_seal_and_the_receipt_it_is_sealed_once()
    {
        var content = UploadBench.Content(3 * Chunk);
        TempFolder? killed = null;
        using var folder = new TempFolder();
        await using (var bench = UploadBench.Open(folder))
        {
            bench.Sealer.Sealed = () => killed = folder.Copy();
            await bench.UploadAsync("clip-1", content);
        }

        using var _ = killed;
        Assert.True(File.Exists(Path.Combine(killed!.Path, "uploads", "cam-1", "clip-1.upload")));
        await using var after = UploadBench.Open(killed);
        var receipt = await ReceiptAsync(after, content);

        Assert.Equal(1, await ClipsAsync(after));
        Assert.Equal(content, File.ReadAllBytes(after.Objects.PathOf(receipt.Sha256)));
        Assert.Equal([after.File("clip-1", ".sealed")], Directory.GetFiles(Path.Combine(killed.Path, "uploads", "cam-1")));
    }

    [Fact]
    public async Task Killed_between_the_receipt_and_the_clean_up_the_receipt_stands()
    {
        var content = UploadBench.Content(Chunk);
        using var folder = new TempFolder();
        UploadAnswer receipt;
        await using (var bench = UploadBench.Open(folder))
        {
            receipt = await bench.UploadAsync("clip-1", content);
            foreach (var left in (string[])[".upload", ".part", ".chunks"]) File.Copy(bench.File("clip-1", ".sealed"), bench.File("clip-1", left));
            File.WriteAllText(bench.File(".clip-2.upload.0.tmp", ""), "torn");
            File.WriteAllText(bench.File("clip-3", ".part"), "begun, and no record of it");
        }

        await using var after = UploadBench.Open(folder);
        after.Begin("clip-1", UploadBench.Manifest(content));

        Assert.Equal(receipt, after.Told());
        Assert.Equal([after.File("clip-1", ".sealed")], Directory.GetFiles(Path.Combine(folder.Path, "uploads", "cam-1")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(2 * Chunk - 1)]
    [InlineData(2 * Chunk)]
    public async Task What_is_cut_off_the_bytes_is_asked_for_again(int length)
    {
        var content = UploadBench.Content(4 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            for (var number = 0; number < 3; number++) await bench.KeepAsync("clip-1", content, number);
        });
        Cut(Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.part"), length);

        await using var bench = UploadBench.Open(killed);
        bench.Begin("clip-1", UploadBench.Manifest(content));

        Assert.Equal([(length / Chunk, 3)], Assert.IsType<UploadAnswer.Missing>(bench.Told()).Ranges);
        for (var number = length / Chunk; number < 4; number++) await bench.KeepAsync("clip-1", content, number);
        Assert.IsType<UploadAnswer.Sealed>(bench.Told());
    }

    [Fact]
    public async Task A_list_of_chunks_that_is_cut_at_any_byte_promises_no_more_than_it_has()
    {
        var content = UploadBench.Content(4 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            for (var number = 0; number < 3; number++) await bench.KeepAsync("clip-1", content, number);
        });
        var list = File.ReadAllBytes(Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.chunks"));
        for (var length = 0; length <= list.Length; length++)
        {
            using var copy = killed.Copy();
            Cut(Path.Combine(copy.Path, "uploads", "cam-1", "clip-1.chunks"), length);
            await using var bench = UploadBench.Open(copy);
            bench.Begin("clip-1", UploadBench.Manifest(content));
            Assert.Equal([(length / 8, 3)], Assert.IsType<UploadAnswer.Missing>(bench.Told()).Ranges);
            if (length % 8 != 3) continue;

            // And goes on from there.
            for (var number = length / 8; number < 4; number++) await bench.KeepAsync("clip-1", content, number);
            Assert.IsType<UploadAnswer.Sealed>(bench.Told());
        }
    }

    [Fact]
    public async Task A_list_of_chunks_with_any_bit_flipped_loses_at_most_that_chunk()
    {
        var content = UploadBench.Content(4 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            for (var number = 0; number < 3; number++) await bench.KeepAsync("clip-1", content, number);
        });
        var path = Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.chunks");
        var list = File.ReadAllBytes(path);
        var manifest = ManifestReader.Read(UploadBench.Manifest(content), out _)!;
        for (var bit = 0; bit < list.Length * 8; bit++)
        {
            var flipped = list.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, flipped);
            var durable = new ChunkSet(manifest.Chunks);
            using var file = UploadFile.Open(Path.ChangeExtension(path, ".part"), path, manifest, durable);
            Assert.Equal(2, durable.Count);
            Assert.False(durable.Has(bit / 64));
        }
    }

    [Fact]
    public async Task A_record_with_any_byte_flipped_is_removed_and_the_device_begins_again()
    {
        var content = UploadBench.Content(2 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            await bench.KeepAsync("clip-1", content, 0);
        });
        var record = File.ReadAllBytes(Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.upload"));
        var damaged = new List<string>();
        for (var at = 0; at < record.Length; at += 7)
        {
            using var copy = killed.Copy();
            var path = Path.Combine(copy.Path, "uploads", "cam-1", "clip-1.upload");
            var flipped = record.ToArray();
            flipped[at] ^= 0x10;
            File.WriteAllBytes(path, flipped);
            Assert.Empty(new UploadFolder(Path.Combine(copy.Path, "uploads")).Load(damaged.Add));
            Assert.Equal(path, damaged[^1]);
            Assert.Empty(Directory.GetFiles(Path.Combine(copy.Path, "uploads", "cam-1")));
        }

        Cut(Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.upload"), 10);
        await using var bench = UploadBench.Open(killed);
        Assert.Equal(RefusalReason.UnknownUpload, bench.Write("clip-1", content, 1).Refusal!.Reason);
        await bench.UploadAsync("clip-1", content);
    }

    [Fact]
    public async Task Bytes_that_the_disk_has_changed_meanwhile_are_never_sealed()
    {
        var content = UploadBench.Content(2 * Chunk);
        using var killed = await KilledAsync(async bench =>
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            await bench.KeepAsync("clip-1", content, 0);
        });
        using (var part = File.OpenHandle(Path.Combine(killed.Path, "uploads", "cam-1", "clip-1.part"), FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(part, [(byte)(content[77] ^ 1)], 77);
        }

        await using var bench = UploadBench.Open(killed);
        await bench.KeepAsync("clip-1", content, 1);

        Assert.IsType<UploadAnswer.Rejected>(bench.Told());
        Assert.Equal(["digest-mismatch"], await bench.RefusedAsync());
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_and_it_goes_on_once_there_is_room()
    {
        using var disk = new LedgerSmallDisk(24);
        await using var bench = UploadBench.Open(path: disk.Path);
        var content = UploadBench.Content(40 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Told();
        await bench.KeepAsync("clip-1", content, 0);
        disk.Fill();

        var full = bench.Write("clip-1", content, 1);
        Assert.Null(full.Refusal);
        Assert.Equal(SealStatus.Unavailable, (await full.Outcome.WaitAsync(MqttDeadline.Token)).Status);

        // The next look at the disk.
        disk.Free();
        bench.Clock.Time.Advance(TimeSpan.FromSeconds(2));
        for (var number = 1; number < 40; number++) await bench.KeepAsync("clip-1", content, number);
        Assert.IsType<UploadAnswer.Sealed>(bench.Told());
    }

    [Fact]
    public async Task An_object_for_which_there_is_no_room_is_not_begun()
    {
        using var disk = new LedgerSmallDisk(24);
        await using var bench = UploadBench.Open(path: disk.Path);

        var step = bench.Begin("clip-1", UploadBench.Manifest([], size: 32 << 20));

        Assert.Equal(SealStatus.Unavailable, (await step.Outcome).Status);
        Assert.Equal(0, bench.Desk.OpenCount);
    }

    static async Task<TempFolder> KilledAsync(Func<UploadBench, Task> use)
    {
        using var folder = new TempFolder();
        await using var bench = UploadBench.Open(folder);
        await use(bench);

        // It writes nothing; only that nothing is being written while the copy is made.
        await bench.Desk.StopAsync();
        return folder.Copy();
    }

    static void Cut(string path, long length)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(file, length);
    }

    /// <summary>The receipt that a manifest gets which comes again, and again.</summary>
    static async Task<UploadAnswer.Sealed> ReceiptAsync(UploadBench bench, byte[] content)
    {
        while (true)
        {
            bench.Begin("clip-1", UploadBench.Manifest(content));
            if (bench.Told() is UploadAnswer.Sealed receipt) return receipt;
            await Task.Yield();
        }
    }

    static async Task<int> ClipsAsync(UploadBench bench)
    {
        await bench.Ledger.CatchUpAsync(MqttDeadline.Token);
        return TestLedger.ReadAll(bench.Ledger).Count(record =>
        {
            using var entry = EntryView.Parse(record);
            return entry.Kind == EntryKind.Evidence;
        });
    }
}
