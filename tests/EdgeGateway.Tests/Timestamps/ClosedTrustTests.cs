using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>What is proven of a closed log's times goes on being proven by the logs after it.</summary>
public sealed class ClosedTrustTests : IAsyncLifetime
{
    CustodyDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await CustodyDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    [Fact]
    public async Task An_item_without_a_token_behind_it_in_its_log_is_timestamped_by_one_of_the_next()
    {
        var before = await StampAsync(days: 400);
        var item = await _desk.SealAsync("{}");
        var log = await _desk.RotateAsync();
        Assert.Equal(("sealed", before, null), await TrustAsync(log, item));
        var young = await _desk.SealAsync("{}");
        Assert.Equal(("sealed", before, null), await TrustAsync(null, young));

        var after = await StampAsync(days: 400);

        Assert.Equal(("timestamped", before, after), await TrustAsync(log, item));
    }

    [Fact]
    public async Task A_token_is_renewed_over_the_logs_in_time_or_lapses()
    {
        var item = await _desk.SealAsync("{}");
        var first = await StampAsync(days: 100);
        var log = await _desk.RotateAsync();
        await _desk.RotateAsync();
        Assert.Equal(("timestamped", null, first), await TrustAsync(log, item));
        _desk.Clock.Time.Advance(TimeSpan.FromDays(90));
        await StampAsync(days: 300);
        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        Assert.Equal(("timestamped", null, first), await TrustAsync(log, item));
        Assert.Equal([item], await _desk.ListAsync(new JsonObject { ["log"] = log, ["trust"] = "timestamped" }));

        _desk.Clock.Time.Advance(TimeSpan.FromDays(200));
        Assert.Equal(("lapsed", null, first), await TrustAsync(log, item));
        await StampAsync(days: 300);
        Assert.Equal(("lapsed", null, first), await TrustAsync(log, item));
    }

    [Fact]
    public async Task Who_witnesses_the_next_log_witnesses_what_it_goes_on_from()
    {
        var item = await _desk.SealAsync("{}");
        var log = await _desk.RotateAsync();
        var young = await _desk.SealAsync("{}");

        await SealAnchorAsync("cosignature", _desk.Data.Ledger.DurableSize, TimeSpan.Zero);

        Assert.Equal("witnessed", (await TrustAsync(log, item)).State);
        Assert.Equal("witnessed", (await TrustAsync(null, young)).State);
    }

    async Task<(string State, string? NotBefore, string? NotAfter)> TrustAsync(string? log, long item)
    {
        var row = (await _desk.AskAsync("evidence-list", new JsonObject { ["log"] = log })).AsArray().Single(row => row!["index"]!.GetValue<long>() == item)!;
        return (row["trust"]!.GetValue<string>(), row["notBefore"]?.GetValue<string>(), row["notAfter"]?.GetValue<string>());
    }

    /// <returns>Its time.</returns>
    Task<string> StampAsync(int days) => SealAnchorAsync("timestamp", _desk.Data.Ledger.DurableSize, TimeSpan.FromDays(days));

    async Task<string> SealAnchorAsync(string type, long size, TimeSpan life)
    {
        var time = _desk.Clock.Time.GetUtcNow();
        var token = RandomNumberGenerator.GetBytes(16);
        await new OwnEntry(EntryKind.Anchor, Subjects.Gateway, body =>
        {
            body.Name("by"u8);
            body.String("test");
            if (type == "timestamp")
            {
                body.Name("hash"u8);
                body.Ascii("sha-256"u8);
                body.Name("notAfter"u8);
                body.Time(time + life);
            }

            body.Name("root"u8);
            body.Hex(new Hash(SHA256.HashData([])));
            body.Name("size"u8);
            body.Number(size);
            body.Name("time"u8);
            body.Time(time);
            body.Name("token"u8);
            body.Hex(new Hash(SHA256.HashData(token)));
            body.Name("type"u8);
            body.String(type);
        })
        {
            Private = json =>
            {
                json.Name("token"u8);
                json.Base64(token);
            },
        }.SealAsync(_desk.Data.Ledger, _desk.Enough);
        _desk.Clock.Time.Advance(TimeSpan.FromMinutes(1));
        return LedgerTime.Format(time);
    }
}
