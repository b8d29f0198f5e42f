using EdgeGateway.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Tests.Support;
using EdgeGateway.Verification;

namespace EdgeGateway.Tests.Ingest;

public sealed class Sm3SealingTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(40_000)]
    public async Task With_the_setting_SM3_of_the_same_bytes_is_sealed_beside_SHA_256(int length)
    {
        await using var station = await ExportStation.OpenAsync(sm3: true);
        var payload = new byte[length];
        new Random(length).NextBytes(payload);

        var index = await station.SealAsync(payload, null);

        await station.Data.Ledger.CatchUpAsync(CancellationToken.None);
        using var entry = EntryView.Parse(station.Data.Ledger.Read(index, 1)[0]);
        Assert.Equal(Sm3.HashData(payload), entry.Private.Object("digest"u8)!.Value.Digest("sm3"u8));
        Assert.Equal(["sha256", "sm3"], entry.Private.Object("digest"u8)!.Value.EnumerateObject().Select(digest => digest.Name));
        await station.RootAsync(index + 1);
        var report = LedgerVerification.Run(
            new VerificationRequest(station["data", "ledger"], station.Data.Ledger.Key, null, Objects: true, station["data"]), null, CancellationToken.None);
        Assert.True(report.IsGood, report.Sentence);
    }

    [Fact]
    public async Task Without_it_there_is_none()
    {
        await using var station = await ExportStation.OpenAsync();

        var index = await station.SealAsync(new byte[40_000], null);

        await station.Data.Ledger.CatchUpAsync(CancellationToken.None);
        using var entry = EntryView.Parse(station.Data.Ledger.Read(index, 1)[0]);
        Assert.Null(entry.Private.Object("digest"u8)!.Value.Digest("sm3"u8));
    }

    [Fact]
    public async Task A_stream_into_the_store_is_hashed_with_both_in_one_pass()
    {
        using var folder = new TempFolder();
        var content = new byte[5_000_000];
        new Random(9).NextBytes(content);

        var result = await ObjectStore.Open(folder.Path, withSm3: true).PutAsync(new MemoryStream(content), content.Length, null, CancellationToken.None);
        var without = await ObjectStore.Open(folder.Path).PutAsync(new MemoryStream(content), content.Length, null, CancellationToken.None);

        Assert.Equal(Sm3.HashData(content), result.Sm3);
        Assert.Equal(result.Digest, without.Digest);
        Assert.Null(without.Sm3);
    }
}
