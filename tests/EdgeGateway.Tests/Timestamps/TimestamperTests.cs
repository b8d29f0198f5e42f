using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Tests.Timestamps;

/// <summary>What is stamped when, what is sealed of it, and what becomes of the items, against a real authority.</summary>
public sealed class TimestamperTests : IAsyncLifetime
{
    OpensslAuthority _openssl = null!;
    TsaServer _server = null!;

    public async Task InitializeAsync()
    {
        _openssl = await OpensslAuthority.CreateAsync();
        _server = await TsaServer.StartAsync(_openssl);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _openssl.Dispose();
    }

    [Fact]
    public async Task The_anchor_holds_what_openssl_verifies_over_the_checkpoints_text()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();

        var index = Assert.Single(await gateway.RunAsync());

        using var anchor = await gateway.EntryAsync(index);
        var body = anchor.Body;
        Assert.Equal(
            ["by", "hash", "imprint", "notAfter", "policy", "root", "serial", "size", "time", "token", "type"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("anchor", "gateway", "test-tsa", "timestamp", "sha-256", OpensslAuthority.Policy, index),
            (anchor.KindName, anchor.Subject, body.Text("by"u8), body.Text("type"u8), body.Text("hash"u8), body.Text("policy"u8), body.Integer("size"u8)));
        Assert.True(anchor.CommitmentHolds());
        Assert.Equal(["certificates", "revocation", "token"], anchor.Private.EnumerateObject().Select(member => member.Name));

        Assert.True(Hash.TryParse(body.Text("root"u8), out var root));
        var text = new Checkpoint(TestLedger.Origin, index, root).ToString();
        Assert.Equal(body.Text("imprint"u8), Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));
        await VerifyWithOpensslAsync(anchor, System.Text.Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task A_token_of_another_day_is_not_sealed_where_this_clock_is_known_to_be_right()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        gateway.Time.Advance(TimeSpan.FromHours(25));
        gateway.Clock.State = ClockState.Synchronised;
        Assert.Empty(await gateway.RunAsync());
        Assert.Contains("its clock is wrong", Assert.Single(gateway.Timestamper.Authorities).Error, StringComparison.Ordinal);

        // Nothing keeps this clock right, so the authority's word stands.
        gateway.Clock.State = ClockState.Unsynchronised;
        Assert.Single(await gateway.RunAsync(now: true));
    }

    [Fact]
    public async Task A_token_from_before_this_software_was_built_is_never_sealed()
    {
        await _openssl.MakeSignerAsync("tsa", "critical,timeStamping", issuedAt: "-900d", days: 1800);
        _openssl.Now = "-800d";
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();

        Assert.Empty(await gateway.RunAsync());
        Assert.Contains("before this version was built", Assert.Single(gateway.Timestamper.Authorities).Error, StringComparison.Ordinal);
        _openssl.Now = null;
        Assert.Single(await gateway.RunAsync(now: true));
    }

    [Fact]
    public async Task Without_other_news_than_its_own_anchors_it_asks_nobody()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        Assert.Single(await gateway.RunAsync());

        for (var round = 0; round < 5; round++) Assert.Empty(await gateway.RunAsync());
        Assert.Equal(1, _server.Requests);

        await gateway.SealAsync();
        Assert.Single(await gateway.RunAsync());
        Assert.Empty(await gateway.RunAsync());
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task After_a_restart_only_what_was_not_stamped_is()
    {
        var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        await gateway.RunAsync();
        gateway = await gateway.OpenAgainAsync();
        Assert.Empty(await gateway.RunAsync());

        await _server.StopAsync();
        var late = await gateway.SealAsync();
        Assert.Empty(await gateway.RunAsync());
        gateway = await gateway.OpenAgainAsync();
        await using var last = gateway;
        Assert.Equal("sealed", Trust(await last.ListedAsync(late)));

        await _server.StartAgainAsync();
        Assert.Single(await last.RunAsync());
        Assert.Equal("timestamped", Trust(await last.ListedAsync(late)));
    }

    [Fact]
    public async Task An_item_lies_between_the_token_before_it_and_the_one_that_holds_it()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        var first = await gateway.SealAsync();
        var a = Assert.Single(await gateway.RunAsync());
        var item = await gateway.SealAsync();
        Assert.Equal((TimeOf(gateway, a), null), Between(await gateway.ListedAsync(item)));
        var b = Assert.Single(await gateway.RunAsync());
        var newest = await gateway.SealAsync();

        Assert.Equal((null, TimeOf(gateway, a)), Between(await gateway.ListedAsync(first)));
        Assert.Equal((TimeOf(gateway, a), TimeOf(gateway, b)), Between(await gateway.ListedAsync(item)));
        Assert.Equal((TimeOf(gateway, b), null), Between(await gateway.ListedAsync(newest)));
        Assert.Equal([first, item], await IndicesAsync(gateway, "timestamped"));
        Assert.Equal([newest], await IndicesAsync(gateway, "sealed"));
        Assert.Empty(await IndicesAsync(gateway, "lapsed"));
        Assert.Equal("timestamped", Trust((await gateway.AskAsync("evidence-show", new JsonObject { ["index"] = item })).AsObject()));
        await Assert.ThrowsAsync<GatewayException>(() => IndicesAsync(gateway, "good"));
    }

    [Fact]
    public async Task Items_of_the_classes_get_a_token_over_their_own_leaf()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options(items: ["alarm"]));
        var item = await gateway.SealAsync("alarm");
        await gateway.SealAsync("capture");

        var anchors = await gateway.RunAsync();

        Assert.Equal(2, anchors.Count);
        using var own = await gateway.EntryAsync(anchors[0]);
        Assert.Equal(item, own.Body.Integer("item"u8));
        Assert.False(own.Body.TryGetProperty("size"u8, out _) || own.Body.TryGetProperty("root"u8, out _));
        await VerifyWithOpensslAsync(own, gateway.Data.Ledger.Read(item, 1)[0].Leaf.ToArray());
        Assert.Empty(await gateway.RunAsync());
    }

    [Fact]
    public async Task Items_that_wait_survive_a_restart_and_the_oldest_give_way_when_too_many_do()
    {
        await _server.StopAsync();
        var gateway = await StampedGateway.OpenAsync(Options(items: ["alarm"], waitingItems: 2));
        var items = new[] { await gateway.SealAsync("alarm"), await gateway.SealAsync("alarm"), await gateway.SealAsync("alarm") };
        Assert.Empty(await gateway.RunAsync());
        Assert.Equal(2, gateway.Timestamper.WaitingItems);

        gateway = await gateway.OpenAgainAsync();
        await using var last = gateway;
        await _server.StartAgainAsync();
        var anchors = await last.RunAsync();
        var stamped = new List<long?>();
        foreach (var index in anchors)
        {
            using var anchor = await last.EntryAsync(index);
            stamped.Add(anchor.Body.Integer("item"u8));
        }

        Assert.Equal([items[1], items[2], null], stamped);
        Assert.Equal("timestamped", Trust(await last.ListedAsync(items[0])));
    }

    [Fact]
    public async Task An_authority_that_failed_is_left_alone_for_a_while_twice_as_long_each_time()
    {
        await _server.StopAsync();
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        for (var failures = 1; failures <= 6; failures++)
        {
            Assert.Empty(await gateway.RunAsync());
            var state = Assert.Single(gateway.Timestamper.Authorities);
            Assert.Equal(failures, state.Failures);
            Assert.Contains(_server.Url, state.Error, StringComparison.Ordinal);
            Assert.InRange(state.NextTry!.Value - gateway.Time.GetUtcNow(), TimeSpan.FromMinutes(0.8 * Math.Min(10, 1 << failures - 1)), TimeSpan.FromMinutes(1.2 * Math.Min(10, 1 << failures - 1)));
            Assert.Empty(await gateway.RunAsync());
            Assert.Equal(failures, state.Failures);
            gateway.Time.Advance(TimeSpan.FromMinutes(12));
        }

        await _server.StartAgainAsync();
        Assert.Single(await gateway.RunAsync());
        Assert.Equal(0, gateway.Timestamper.Authorities[0].Failures);
    }

    [Fact]
    public async Task Any_authority_is_enough_and_with_All_each_gives_a_token()
    {
        await using var second = await TsaServer.StartAsync(_openssl);
        AuthorityOptions[] both = [StampedGateway.Authority(_server, _openssl), StampedGateway.Authority(second, _openssl, "second-tsa")];
        var gateway = await StampedGateway.OpenAsync(new TimestampOptions { Authorities = both });
        await gateway.SealAsync();
        Assert.Equal(["test-tsa"], await NamesAsync(gateway, await gateway.RunAsync()));

        await _server.StopAsync();
        await gateway.SealAsync();
        Assert.Equal(["second-tsa"], await NamesAsync(gateway, await gateway.RunAsync()));

        await _server.StartAgainAsync();
        gateway = await gateway.OpenAgainAsync(new TimestampOptions { Authorities = both, All = true });
        await using var last = gateway;
        await last.SealAsync();
        Assert.Equal(["test-tsa", "second-tsa"], await NamesAsync(last, await last.RunAsync()));
    }

    [Fact]
    public async Task Before_the_certificate_ends_it_is_stamped_again_without_news_and_items_stay_timestamped()
    {
        await _openssl.MakeSignerAsync("young", "critical,timeStamping", days: 800);
        await using var gateway = await StampedGateway.OpenAsync(Options());
        var item = await gateway.SealAsync();
        var first = Assert.Single(await gateway.RunAsync());
        gateway.Time.Advance(TimeSpan.FromDays(334));
        Assert.Empty(await gateway.RunAsync());

        _server.Reply = query => _openssl.ReplyAsync(query, "young");
        gateway.Time.Advance(TimeSpan.FromDays(2));
        Assert.Single(await gateway.RunAsync());
        Assert.Empty(await gateway.RunAsync());

        gateway.Time.Advance(TimeSpan.FromDays(100));
        var listed = await gateway.ListedAsync(item);
        Assert.Equal("timestamped", Trust(listed));
        Assert.Equal(TimeOf(gateway, first), Between(listed).To);
        gateway.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal("lapsed", Trust(await gateway.ListedAsync(item)));
    }

    [Fact]
    public async Task Without_a_renewal_in_time_it_is_lapsed()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        var item = await gateway.SealAsync();
        await gateway.RunAsync();
        gateway.Time.Advance(TimeSpan.FromDays(366));

        Assert.Equal("lapsed", Trust(await gateway.ListedAsync(item)));
        Assert.Equal([item], await IndicesAsync(gateway, "lapsed"));
    }

    [Fact]
    public async Task A_hash_that_ended_ends_its_tokens()
    {
        var tomorrow = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(1));
        var gateway = await StampedGateway.OpenAsync(Options());
        var item = await gateway.SealAsync();
        await gateway.RunAsync();
        var aged = Options();
        aged.HashEnds = new Dictionary<string, DateOnly> { ["SHA-256"] = tomorrow };
        gateway = await gateway.OpenAgainAsync(aged);
        await using var last = gateway;

        Assert.Equal("timestamped", Trust(await last.ListedAsync(item)));
        last.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("lapsed", Trust(await last.ListedAsync(item)));
    }

    [Fact]
    public async Task Revocation_lists_are_kept_where_they_can_be_had_and_their_absence_shows()
    {
        await _openssl.MakeSignerAsync("listed", "critical,timeStamping", crlUrl: $"http://127.0.0.1:{_server.Port}/crl");
        _server.Reply = query => _openssl.ReplyAsync(query, "listed");
        var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        using (var without = await gateway.EntryAsync(Assert.Single(await gateway.RunAsync()))) Assert.Equal(0, without.Private.GetProperty("revocation").GetArrayLength());

        _server.RevocationList = await _openssl.RevocationListAsync();
        gateway = await gateway.OpenAgainAsync();
        await gateway.SealAsync();
        using (var with = await gateway.EntryAsync(Assert.Single(await gateway.RunAsync())))
        {
            var list = Assert.Single(with.Private.GetProperty("revocation").EnumerateArray());
            Assert.Equal($"http://127.0.0.1:{_server.Port}/crl", list.Text("url"u8));
            Assert.Equal(_server.RevocationList, list.GetProperty("bytes").GetBytesFromBase64());
        }

        _server.RevocationList = await _openssl.RevocationListAsync(revoked: "listed");
        gateway = await gateway.OpenAgainAsync();
        await using var last = gateway;
        await last.SealAsync();
        Assert.Empty(await last.RunAsync());
        Assert.Contains("revoked", Assert.Single(last.Timestamper.Authorities).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_revocation_list_is_an_object()
    {
        await _openssl.MakeSignerAsync("listed", "critical,timeStamping", crlUrl: $"http://127.0.0.1:{_server.Port}/crl");
        _server.Reply = query => _openssl.ReplyAsync(query, "listed");
        _server.RevocationList = await _openssl.RevocationListAsync(others: 1000);
        Assert.True(_server.RevocationList.Length > 16 * 1024);
        await using var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();

        using var anchor = await gateway.EntryAsync(Assert.Single(await gateway.RunAsync()));

        var list = Assert.Single(anchor.Private.GetProperty("revocation").EnumerateArray());
        Assert.Equal(["object", "url"], list.EnumerateObject().Select(member => member.Name));
        await using var stored = gateway.Data.Objects.OpenRead(list.Digest("object"u8)!.Value);
        Assert.Equal(_server.RevocationList.Length, stored.Length);
    }

    [Fact]
    public async Task A_list_of_a_host_that_the_settings_do_not_name_and_a_list_of_another_issuer_are_left_out()
    {
        using var other = await OpensslAuthority.CreateAsync();
        await using var elsewhere = await TsaServer.StartAsync(_openssl);
        elsewhere.RevocationList = await _openssl.RevocationListAsync();
        await _openssl.MakeSignerAsync("elsewhere", "critical,timeStamping", crlUrl: $"http://127.0.0.1:{elsewhere.Port}/crl");
        _server.Reply = query => _openssl.ReplyAsync(query, "elsewhere");
        var gateway = await StampedGateway.OpenAsync(Options());
        await gateway.SealAsync();
        using (var refused = await gateway.EntryAsync(Assert.Single(await gateway.RunAsync()))) Assert.Equal(0, refused.Private.GetProperty("revocation").GetArrayLength());

        elsewhere.RevocationList = await other.RevocationListAsync();
        var named = Options();
        named.RevocationHosts = [$"127.0.0.1:{elsewhere.Port}"];
        gateway = await gateway.OpenAgainAsync(named);
        await using var last = gateway;
        await last.SealAsync();
        using var foreign = await last.EntryAsync(Assert.Single(await last.RunAsync()));
        Assert.Equal(0, foreign.Private.GetProperty("revocation").GetArrayLength());
    }

    [Fact]
    public async Task The_command_asks_at_once_and_says_what_it_got()
    {
        await using var gateway = await StampedGateway.OpenAsync(Options());
        var answer = await gateway.AskAsync("ledger-timestamp");
        Assert.Empty(DocsSchema.Of("ledger-timestamp").Errors(answer));
        var status = await gateway.AskAsync("ledger-status");
        Assert.Empty(DocsSchema.Of("ledger-status").Errors(status));
        Assert.Equal("on", status["timestamps"]!["state"]!.GetValue<string>());
        Assert.Equal(answer["newest"]!.ToJsonString(), status["timestamps"]!["newest"]!.ToJsonString());
        Assert.NotNull(status["timestamps"]!["authorities"]![0]!["lastSuccess"]);

        await _server.StopAsync();
        Assert.Contains("test-tsa", (await Assert.ThrowsAsync<GatewayException>(() => gateway.AskAsync("ledger-timestamp"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_at_this_site_is_said_plainly_and_no_authority_at_all_is_something_else()
    {
        await using var none = await StampedGateway.OpenAsync(new TimestampOptions { None = true });
        Assert.Equal("none-at-this-site", (await none.AskAsync("ledger-status"))["timestamps"]!["state"]!.GetValue<string>());
        Assert.Contains("Timestamps:None", (await Assert.ThrowsAsync<GatewayException>(() => none.AskAsync("ledger-timestamp"))).Message, StringComparison.Ordinal);

        await using var notSet = await StampedGateway.OpenAsync(new TimestampOptions());
        Assert.Equal("not-set", (await notSet.AskAsync("ledger-status"))["timestamps"]!["state"]!.GetValue<string>());
    }

    TimestampOptions Options(string[]? items = null, int waitingItems = 1000) =>
        new() { Authorities = [StampedGateway.Authority(_server, _openssl)], Items = items ?? [], WaitingItems = waitingItems };

    /// <summary>As someone would years later, with the time that the anchor tells.</summary>
    async Task VerifyWithOpensslAsync(EntryView anchor, byte[] data)
    {
        var (token, stamped) = (Path.Combine(_openssl.Folder, "token.tst"), Path.Combine(_openssl.Folder, "stamped"));
        var der = anchor.Private.GetProperty("token").GetBytesFromBase64();
        Assert.Equal(anchor.Body.Text("token"u8), Convert.ToHexStringLower(SHA256.HashData(der)));
        await File.WriteAllBytesAsync(token, der);
        await File.WriteAllBytesAsync(stamped, data);
        var at = anchor.Body.Time("time"u8)!.Value.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string[] verify = ["ts", "-verify", "-token_in", "-in", token, "-data", stamped, "-CAfile", _openssl.Roots, "-attime", at];
        await Openssl.RunAsync(verify);
        data[0] ^= 1;
        await File.WriteAllBytesAsync(stamped, data);
        Assert.NotEqual(0, (await Openssl.TryAsync(verify)).ExitCode);
    }

    static async Task<List<string>> NamesAsync(StampedGateway gateway, IReadOnlyList<long> anchors)
    {
        var names = new List<string>();
        foreach (var index in anchors)
        {
            using var anchor = await gateway.EntryAsync(index);
            names.Add(anchor.Body.Text("by"u8)!);
        }

        return names;
    }

    static async Task<List<long>> IndicesAsync(StampedGateway gateway, string trust) =>
        [.. (await gateway.AskAsync("evidence-list", new JsonObject { ["trust"] = trust, ["limit"] = 2L })).AsArray().Select(row => row!["index"]!.GetValue<long>())];

    static string? TimeOf(StampedGateway gateway, long anchor)
    {
        using var leaf = JsonDocument.Parse(gateway.Data.Ledger.Read(anchor, 1)[0].Leaf);
        return leaf.RootElement.GetProperty("body").GetProperty("time").GetString();
    }

    static string Trust(JsonObject row) => row["trust"]!.GetValue<string>();

    static (string? From, string? To) Between(JsonObject row) => (row["notBefore"]?.GetValue<string>(), row["notAfter"]?.GetValue<string>());
}
