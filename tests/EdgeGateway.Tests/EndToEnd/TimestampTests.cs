using System.Text;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The gateway as installed, with a time-stamp authority that comes and goes.</summary>
public sealed class TimestampTests
{
    static readonly string[] Quick = ["--Timestamps:Interval=00:00:01", "--Timestamps:LongestRetry=00:00:02"];

    [Fact]
    public async Task Items_are_timestamped_wait_while_the_authority_is_away_and_are_timestamped_after_a_restart()
    {
        using var openssl = await OpensslAuthority.CreateAsync();
        await using var server = await TsaServer.StartAsync(openssl);
        string[] settings = [.. Quick, .. server.Settings(openssl.Roots)];
        await using var station = await E2eStation.StartedAsync(settings);
        var secret = await station.AddDeviceAsync("cam-01");
        await PublishAsync(station, secret, "e-1");
        var first = await UntilAsync(station, "timestamped", 1);
        var between = (Before: first.GetProperty("notBefore").GetString(), After: first.GetProperty("notAfter").GetString());
        Assert.True(string.CompareOrdinal(between.Before, between.After) <= 0, $"{between}");

        await server.StopAsync();
        await PublishAsync(station, secret, "e-2");
        await UntilFailsAsync(station);
        Assert.Equal(["timestamped", "sealed"], (await station.EvidenceAsync()).Select(item => item.GetProperty("trust").GetString()));
        Assert.Equal(1, (await station.RunAsync(["check", .. server.Settings(openssl.Roots)])).ExitCode);

        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.StartAsync(settings);
        Assert.Single(await station.EvidenceAsync("--trust", "sealed"));
        await server.StartAgainAsync();
        var second = await UntilAsync(station, "timestamped", 2);
        Assert.NotNull(second.GetProperty("notBefore").GetString());
        Assert.True(string.CompareOrdinal(between.After, second.GetProperty("notAfter").GetString()) <= 0);

        Assert.Contains("edgegateway_timestamps_stamped", await MetricsAsync(station), StringComparison.Ordinal);
        Assert.Contains("between ", (await station.RunAsync("evidence", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("test-tsa says", (await station.RunAsync(["check", .. server.Settings(openssl.Roots)])).Output, StringComparison.Ordinal);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
        Assert.Equal(0, (await station.RunAsync(["ledger", "timestamp", .. server.Settings(openssl.Roots)])).ExitCode);
    }

    [Fact]
    public async Task Roots_that_are_missing_and_settings_that_do_not_exist_are_told_before_anything_listens()
    {
        await using var station = new E2eStation();
        var roots = await station.RunAsync(
            "serve", "--Timestamps:Authorities:0:Name=tsa", "--Timestamps:Authorities:0:Url=http://127.0.0.1:1/", "--Timestamps:Authorities:0:Roots=/nowhere/ca.pem");
        Assert.Equal(1, roots.ExitCode);
        Assert.Contains("/nowhere/ca.pem", roots.Error, StringComparison.Ordinal);

        var settings = await station.RunAsync("serve", "--Timestamps:None=true", "--Timestamps:Authorities:0:Adress=x", "--Timestamps:HashEnds:md5=2020-01-01");
        Assert.NotEqual(0, settings.ExitCode);
        Assert.Contains("Adress", settings.Error, StringComparison.Ordinal);
        Assert.Contains("md5", settings.Error, StringComparison.Ordinal);
        Assert.Contains("none at this site", (await station.RunAsync("check", "--Timestamps:None=true")).Output, StringComparison.Ordinal);
    }

    static async Task PublishAsync(E2eStation station, string secret, string id)
    {
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await device.PublishAsync("edgegw/v1/cam-01/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event(id)));
    }

    /// <returns>The newest of them.</returns>
    static async Task<System.Text.Json.JsonElement> UntilAsync(E2eStation station, string trust, int count)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while (true)
        {
            var items = await station.EvidenceAsync("--trust", trust);
            if (items.Count == count) return items[^1];
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    static async Task UntilFailsAsync(E2eStation station)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while ((await station.AskAsync("ledger", "status")).GetProperty("timestamps").GetProperty("authorities")[0].GetProperty("failures").GetInt32() == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    static async Task<string> MetricsAsync(E2eStation station)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{station.Gateway.HttpPort}/metrics"));
    }
}
