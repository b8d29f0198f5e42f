using System.Security.Cryptography;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Uploads;

public sealed class UploadTests
{
    const int Chunk = UploadBench.ChunkSize;

    [Fact]
    public async Task An_upload_whose_chunks_come_in_any_order_is_sealed_with_its_object_and_what_its_manifest_says()
    {
        await using var bench = UploadBench.Open(sm3: true);
        var content = UploadBench.Content(5 * Chunk + 100);

        var begun = bench.Begin("clip-1", UploadBench.Manifest(content));
        Assert.Equal(SealStatus.Kept, (await begun.Outcome).Status);
        Assert.Equal([(0, 5)], Assert.IsType<UploadAnswer.Missing>(bench.Told()).Ranges);
        foreach (var number in (int[])[5, 0, 3, 1, 4, 2]) await bench.KeepAsync("clip-1", content, number);
        var receipt = Assert.IsType<UploadAnswer.Sealed>(bench.Told());

        Assert.Equal(SHA256.HashData(content), receipt.Sha256.ToArray());
        Assert.Equal(content, File.ReadAllBytes(bench.Objects.PathOf(receipt.Sha256)));
        using var entry = await bench.EntryAsync(receipt.Index);
        Assert.Equal(receipt.LeafHash, entry.LeafHash);
        Assert.Equal(("clip", "video/mp4", content.Length), (entry.Body.Text("message"u8), entry.Body.Text("mediaType"u8), entry.Body.Integer("size"u8)));
        Assert.Equal(receipt.Sha256, entry.Private.Digest("object"u8));
        Assert.Equal(Sm3.HashData(content), entry.Private.Object("digest"u8)!.Value.Digest("sm3"u8));
        Assert.Equal(("clip.mp4", "案-77", "clip-1"), (entry.Private.Text("fileName"u8), entry.Private.Text("case"u8), entry.Private.Text("eventId"u8)));
        Assert.Equal("2026-11-22T08:00:00+08:00", entry.Private.Text("capturedAt"u8));
        Assert.Equal(UploadBench.Manifest(content), entry.Private.TryGetProperty("manifest"u8, out var manifest) ? manifest.GetBytesFromBase64() : null);
        Assert.Equal([bench.File("clip-1", ".sealed")], Directory.GetFiles(Path.Combine(bench.Path, "uploads", "cam-1")));
        Assert.Equal(0, bench.Desk.OpenCount);
    }

    [Fact]
    public async Task What_was_sealed_and_what_was_given_up_is_counted()
    {
        await using var bench = UploadBench.Open();
        using var whole = new MqttCounter(bench.Meters, "edgegateway.uploads.sealed", UploadEvents.MeterName);
        using var bytes = new MqttCounter(bench.Meters, "edgegateway.uploads.bytes", UploadEvents.MeterName);
        using var dropped = new MqttCounter(bench.Meters, "edgegateway.uploads.dropped", UploadEvents.MeterName);
        var content = UploadBench.Content(Chunk + 1);
        await bench.UploadAsync("clip-1", content);
        bench.Begin("clip-2", UploadBench.Manifest(content, sha256: new string('0', 64)));
        bench.Told();
        foreach (var number in (int[])[0, 1]) await bench.KeepAsync("clip-2", content, number);
        Assert.IsType<UploadAnswer.Rejected>(bench.Told());

        Assert.Equal((1, Chunk + 1, 1), (whole.Sum, bytes.Sum, dropped.Sum));
        Assert.Equal(["reason=digest-mismatch"], dropped.Labels);
    }

    [Fact]
    public async Task The_same_manifest_again_gets_the_same_receipt_and_nothing_is_sealed_twice()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(Chunk + 1);
        var receipt = await bench.UploadAsync("clip-1", content);
        var size = bench.Ledger.DurableSize;

        Assert.Null(bench.Begin("clip-1", UploadBench.Manifest(content)).Refusal);
        Assert.Equal(receipt, bench.Told());
        Assert.Null(bench.Write("clip-1", content, 0).Refusal);
        Assert.Equal(size, bench.Ledger.DurableSize);
    }

    [Fact]
    public async Task A_broken_off_upload_is_told_which_ranges_are_missing()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(10 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Told();
        foreach (var number in (int[])[0, 1, 4, 8]) await bench.KeepAsync("clip-1", content, number);

        bench.Begin("clip-1", UploadBench.Manifest(content));

        Assert.Equal([(2, 3), (5, 7), (9, 9)], Assert.IsType<UploadAnswer.Missing>(bench.Told()).Ranges);
    }

    [Fact]
    public async Task More_ranges_than_fit_are_told_in_part()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(300 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Told();
        for (var number = 1; number < 300; number += 2) await bench.KeepAsync("clip-1", content, number);

        bench.Begin("clip-1", UploadBench.Manifest(content));

        var missing = Assert.IsType<UploadAnswer.Missing>(bench.Told());
        Assert.True(missing.More);
        Assert.Equal(UploadAnswer.MaximumRanges, missing.Ranges.Count);
        Assert.Equal((198, 198), missing.Ranges[^1]);
    }

    [Fact]
    public async Task A_chunk_that_comes_again_is_acknowledged_again_and_one_with_other_bytes_is_refused()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(2 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        await bench.KeepAsync("clip-1", content, 0);

        await bench.KeepAsync("clip-1", content, 0);
        var other = bench.Write("clip-1", "0", UploadBench.Content(Chunk, seed: 2));
        await bench.KeepAsync("clip-1", content, 1);

        Assert.Equal(RefusalReason.UploadConflict, other.Refusal!.Reason);
        Assert.IsType<UploadAnswer.Missing>(bench.Told());
        Assert.IsType<UploadAnswer.Sealed>(bench.Told());
    }

    [Theory]
    [InlineData("2", Chunk)]
    [InlineData("1", Chunk)]
    [InlineData("0", Chunk - 1)]
    [InlineData("0", Chunk + 1)]
    [InlineData("0", 0)]
    [InlineData("-1", Chunk)]
    [InlineData("00", Chunk)]
    [InlineData("+0", Chunk)]
    [InlineData("99999999999999999999", Chunk)]
    [InlineData("x", Chunk)]
    [InlineData("", Chunk)]
    public async Task A_chunk_out_of_range_or_of_another_length_is_refused(string number, int length)
    {
        await using var bench = UploadBench.Open();
        bench.Begin("clip-1", UploadBench.Manifest(UploadBench.Content(Chunk + 10)));

        Assert.Equal(RefusalReason.ChunkRange, bench.Write("clip-1", number, new byte[length]).Refusal!.Reason);
        Assert.Equal(0, new FileInfo(bench.File("clip-1", ".part")).Length);
    }

    [Fact]
    public async Task A_chunk_without_a_manifest_is_refused()
    {
        await using var bench = UploadBench.Open();

        Assert.Equal(RefusalReason.UnknownUpload, bench.Write("clip-1", "0", new byte[Chunk]).Refusal!.Reason);
        Assert.Equal(RefusalReason.UnknownUpload, bench.Write("../x", "0", new byte[Chunk]).Refusal!.Reason);
    }

    [Fact]
    public async Task A_chunk_with_another_digest_than_is_given_with_it_is_refused()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));

        Assert.Equal(RefusalReason.DigestMismatch, bench.Write("clip-1", "0", content, default(Hash)).Refusal!.Reason);
        Assert.Null(bench.Write("clip-1", "0", content, new Hash(SHA256.HashData(content))).Refusal);
    }

    [Fact]
    public async Task An_object_without_the_digest_that_its_manifest_claims_is_recorded_and_forgotten_and_can_be_sent_again()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(2 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Told();
        await bench.KeepAsync("clip-1", content, 0);
        Assert.Null(bench.Write("clip-1", "1", new byte[Chunk]).Refusal);

        Assert.IsType<UploadAnswer.Rejected>(bench.Told());

        Assert.Equal(["digest-mismatch"], await bench.RefusedAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(bench.Path, "uploads", "cam-1")));
        await bench.UploadAsync("clip-1", content);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("录像")]
    public async Task A_name_that_is_no_name_of_a_file_is_refused(string upload)
    {
        await using var bench = UploadBench.Open();

        Assert.Equal(RefusalReason.Malformed, bench.Begin(upload, UploadBench.Manifest(new byte[1])).Refusal!.Reason);
    }

    [Fact]
    public async Task Another_manifest_under_the_same_name_is_refused_before_and_after_the_seal()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));

        Assert.Equal(RefusalReason.UploadConflict, bench.Begin("clip-1", UploadBench.Manifest(UploadBench.Content(Chunk, 2))).Refusal!.Reason);
        await bench.KeepAsync("clip-1", content, 0);
        bench.Told();
        bench.Told();
        Assert.Equal(RefusalReason.UploadConflict, bench.Begin("clip-1", UploadBench.Manifest(content, fileName: "other.mp4")).Refusal!.Reason);
    }

    [Fact]
    public async Task A_lie_about_the_size_is_refused_where_it_is_more_than_the_profile_allows_and_takes_no_room_otherwise()
    {
        await using var bench = UploadBench.Open();

        Assert.Equal(RefusalReason.Oversized, bench.Begin("clip-1", UploadBench.Manifest([], size: (8L << 30) + 1)).Refusal!.Reason);
        Assert.Equal(RefusalReason.Oversized, bench.Begin("clip-1", UploadBench.Manifest([], chunkSize: (1 << 20) + 1, size: 100)).Refusal!.Reason);
        Assert.Equal(SealStatus.Unavailable, (await TooLarge().Outcome).Status);

        UploadStep TooLarge()
        {
            var drive = new DriveInfo(bench.Path).AvailableFreeSpace;
            return drive < 8L << 30 ? bench.Begin("clip-1", UploadBench.Manifest([], size: 8L << 30)) : new(Task.FromResult(SealOutcome.Unavailable));
        }
    }

    [Fact]
    public async Task A_device_has_so_many_uploads_at_a_time_and_the_others_still_have_theirs()
    {
        await using var bench = UploadBench.Open(options: new UploadOptions { MaximumOpenPerDevice = 2, MaximumOpen = 3 });
        var content = UploadBench.Content(Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Begin("clip-2", UploadBench.Manifest(content));

        Assert.Equal(RefusalReason.UploadLimit, bench.Begin("clip-3", UploadBench.Manifest(content)).Refusal!.Reason);
        Assert.Null(bench.Begin("clip-1", UploadBench.Manifest(content), "cam-2").Refusal);
        Assert.Equal(RefusalReason.UploadLimit, bench.Begin("clip-2", UploadBench.Manifest(content), "cam-2").Refusal!.Reason);

        await bench.KeepAsync("clip-2", content, 0);
        for (var told = bench.Told(); told is not UploadAnswer.Sealed;) told = bench.Told();
        Assert.Null(bench.Begin("clip-3", UploadBench.Manifest(content)).Refusal);
    }

    [Fact]
    public async Task An_upload_that_never_ends_is_recorded_and_forgotten_in_time()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(3 * Chunk);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        bench.Told();
        bench.Clock.Time.Advance(TimeSpan.FromHours(23));
        await bench.KeepAsync("clip-1", content, 0);
        await bench.Desk.SweepAsync(CancellationToken.None);
        Assert.Equal(1, bench.Desk.OpenCount);

        bench.Clock.Time.Advance(TimeSpan.FromHours(2));
        await bench.Desk.SweepAsync(CancellationToken.None);

        Assert.IsType<UploadAnswer.Rejected>(bench.Told());
        Assert.Equal(["upload-expired"], await bench.RefusedAsync());
        Assert.Equal(0, bench.Desk.OpenCount);
        Assert.Empty(Directory.GetFiles(Path.Combine(bench.Path, "uploads", "cam-1")));
        Assert.Equal(RefusalReason.UnknownUpload, bench.Write("clip-1", content, 1).Refusal!.Reason);
    }

    [Fact]
    public async Task What_can_not_be_sealed_for_now_is_sealed_later_and_not_sent_again()
    {
        await using var bench = UploadBench.Open();
        var content = UploadBench.Content(Chunk);
        bench.Sealer.IsUnavailable = true;
        bench.Begin("clip-1", UploadBench.Manifest(content));
        await bench.KeepAsync("clip-1", content, 0);
        bench.Begin("clip-1", UploadBench.Manifest(content));
        Assert.Equal([(0, 0)], ((UploadAnswer.Missing)bench.Told()).Ranges);
        Assert.Empty(((UploadAnswer.Missing)bench.Told()).Ranges);
        bench.Sealer.IsUnavailable = false;

        while (bench.IsToldNothing) await bench.Desk.SweepAsync(CancellationToken.None);

        Assert.IsType<UploadAnswer.Sealed>(bench.Told());
        Assert.Equal(0, bench.Desk.OpenCount);
    }

    [Fact]
    public async Task Old_receipts_are_forgotten()
    {
        await using var bench = UploadBench.Open();
        await bench.UploadAsync("clip-1", UploadBench.Content(Chunk));
        await bench.UploadAsync("clip-2", UploadBench.Content(Chunk, 2));
        var now = bench.Clock.Time.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(bench.File("clip-1", ".sealed"), now.AddDays(-32));
        File.SetLastWriteTimeUtc(bench.File("clip-2", ".sealed"), now.AddDays(-30));

        await bench.Desk.SweepAsync(CancellationToken.None);

        Assert.Equal([bench.File("clip-2", ".sealed")], Directory.GetFiles(Path.Combine(bench.Path, "uploads", "cam-1")));
    }
}
