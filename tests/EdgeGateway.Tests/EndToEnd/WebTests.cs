using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What a monitoring system asks for, and what nobody may ask for there.</summary>
public sealed class WebTests
{
    [Fact]
    public async Task Health_readiness_and_metrics_are_answered_and_name_no_device()
    {
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await device.PublishManyAsync("cam-01", "event", 10);
        await device.PublishAsync("edgegw/v1/another/event/capture", Encoding.UTF8.GetBytes(E2eMqtt.Event("forbidden")), 99);
        using var client = Client(station);

        Assert.Equal("ok", (await client.GetFromJsonAsync<JsonElement>("healthz")).GetProperty("status").GetString());
        var ready = await client.GetFromJsonAsync<JsonElement>("readyz");
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal(14, ready.GetProperty("size").GetInt64());

        var metrics = await client.GetStringAsync("metrics");
        string[] names =
        [
            "edgegateway_ledger_sealed", "edgegateway_ledger_queue_depth", "edgegateway_ledger_wal_size", "edgegateway_ledger_checkpoint_size", "edgegateway_disk_free",
            "edgegateway_views_behind", "edgegateway_views_lag", "edgegateway_devices_registered", "edgegateway_ingest_submitted", "edgegateway_ingest_bytes",
            "edgegateway_ingest_refused", "edgegateway_mqtt_connections", "edgegateway_mqtt_acknowledgement_duration",
        ];
        Assert.All(names, name => Assert.Contains($"\n{name}", metrics, StringComparison.Ordinal));
        Assert.DoesNotContain("cam-", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_are_refused_on_the_port_and_taken_on_the_socket()
    {
        await using var station = await E2eStation.StartedAsync();
        using var client = Client(station);

        foreach (var command in (string[])["status", "device-add", "device-list", "evidence-list", "rebuild"])
        {
            using var response = await client.PostAsJsonAsync($"command/{command}", new { id = "cam-01", profile = "camera-mqtt" });
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Empty((await station.AskAsync("device", "list")).EnumerateArray());
    }

    [Fact]
    public async Task What_is_wrong_on_the_socket_is_wrong_usage_and_does_nothing()
    {
        await using var station = await E2eStation.StartedAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(station.File("gateway.sock")), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://gateway/"), Timeout = E2eCommand.Deadline };

        (string Command, string Body)[] wrong =
        [
            ("evidence-hold", """{"case":"77","reason":"r","release":"true"}"""), ("evidence-hold", """{"case":"77","case":"78","reason":"r"}"""),
            ("evidence-hold", """{"case":"\ud800","reason":"r"}"""), ("evidence-hold", """{"\ud800":"77"}"""), ("evidence-hold", "[]"), ("evidence-hold", ""), ("evidence-hold", "null"),
            ("evidence-export-open", """{"items":["3"],"case":"77","reason":"r"}"""), ("evidence-tag", """{"rows":[null]}"""), ("device-add", """{"values":{"keeper":5}}"""),
        ];
        foreach (var (command, body) in wrong)
        {
            using var response = await client.PostAsync(new Uri($"command/{command}", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((HttpStatusCode.UnprocessableEntity, 2), (response.StatusCode, answer.GetProperty("exitCode").GetInt32()));
        }

        Assert.Empty((await station.AskAsync("evidence", "holds")).EnumerateArray());
    }

    [Fact]
    public async Task The_web_part_listens_on_loopback_only()
    {
        await using var station = new E2eStation();
        var gateway = station.Launch("--urls", "http://0.0.0.0:0");
        Assert.NotEqual(0, await gateway.WaitForExitAsync());
        Assert.False(Directory.Exists(station.File("ledger")));
    }

    static HttpClient Client(E2eStation station) => new()
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{station.Gateway.HttpPort}/")),
        Timeout = E2eCommand.Deadline,
    };
}
