using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Devices that are MQTT.js (npm) and paho (Debian's python3-paho-mqtt), over both listeners, by secret and by certificate.</summary>
public sealed class StockClientTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task MqttJs_is_served_at_every_quality_of_service_over_both_listeners_and_with_both_credentials(int version)
    {
        await using var station = await StockStation.StartAsync();

        await station.ServeAllAsync(async (asked, quality) =>
        {
            asked["version"] = version;
            asked["url"] = $"{(asked["ca"] is null ? "mqtt" : "mqtts")}://localhost:{asked["port"]}";
            var result = await IndependentTools.NodeAsync("publish.mjs", asked.ToJsonString());
            Assert.True(result.ExitCode == 0, result.ToString());

            var acknowledged = result.Json.GetProperty("acknowledged").EnumerateArray().ToList();
            Assert.Equal(quality == 0 ? 0 : StockStation.Messages, acknowledged.Count);

            // Only MQTT 5 has an acknowledgement that can say which entry it is.
            if (version == 5) Assert.All(acknowledged, one => Assert.True(long.Parse(one.GetProperty("index").GetString()!, CultureInfo.InvariantCulture) > 0));
        });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Paho_is_served_at_every_quality_of_service_over_both_listeners_and_with_both_credentials(int version)
    {
        await using var station = await StockStation.StartAsync();

        await station.ServeAllAsync(async (asked, _) =>
        {
            asked["version"] = version;
            asked["host"] = "localhost";
            var result = await E2eCommand.RunAsync("/usr/bin/python3", [Path.Combine(E2ePrograms.Root, "tests", "independent", "publish.py"), asked.ToJsonString()]);
            Assert.True(result.ExitCode == 0, result.ToString());
        });
    }

    /// <summary>A gateway with a device that has a secret and one that has a certificate.</summary>
    sealed class StockStation(E2eStation station, string secret, string authority, string certificate, string key) : IAsyncDisposable
    {
        public const int Messages = 3;

        public static async Task<StockStation> StartAsync()
        {
            var station = await E2eStation.StartedAsync("--Mqtt:TlsPort=0", "--Mqtt:TlsAddress=127.0.0.1");
            var (key, request, certificate, authority) = (station.Beside("cam.key"), station.Beside("cam.csr"), station.Beside("cam.pem"), station.Beside("ca.pem"));
            var secret = await station.AddDeviceAsync("by-secret");
            await station.AddDeviceAsync("by-certificate");
            await Openssl.RunAsync("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=cam", "-keyout", key, "-out", request);
            await station.AskAsync("device", "credential", "by-certificate", "--request", request, "--out", certificate);
            await station.AskAsync("device", "ca", "--out", authority);
            return new StockStation(station, secret, authority, certificate, key);
        }

        public async Task ServeAllAsync(Func<JsonObject, int, Task> publish)
        {
            foreach (var quality in new[] { 0, 1, 2 })
            {
                await publish(Asked("by-secret", quality, $"plain-{quality}", tls: false), quality);
                await publish(Asked("by-secret", quality, $"tls-{quality}", tls: true), quality);
                await publish(Asked("by-certificate", quality, $"cert-{quality}", tls: true), quality);
            }

            // QoS 0 has no acknowledgement: the client ends before the entry is there.
            IReadOnlyList<JsonElement> items;
            do items = await station.EvidenceAsync();
            while (items.Count < 3 * 3 * Messages);
            Assert.All(items, item => Assert.Equal("evidence", item.GetProperty("kind").GetString()));
        }

        public ValueTask DisposeAsync() => station.DisposeAsync();

        JsonObject Asked(string device, int quality, string name, bool tls)
        {
            var withCertificate = device == "by-certificate";
            return new JsonObject
            {
                ["port"] = tls ? station.Gateway.Ready.GetProperty("mqtts").GetInt32() : station.Gateway.MqttPort,
                ["clientId"] = device,
                ["username"] = withCertificate ? null : device,
                ["password"] = withCertificate ? null : secret,
                ["ca"] = tls ? authority : null,
                ["cert"] = withCertificate ? certificate : null,
                ["key"] = withCertificate ? key : null,
                ["topic"] = $"edgegw/v1/{device}/event/capture",
                ["qos"] = quality,
                ["payloads"] = new JsonArray([.. Enumerable.Range(1, Messages).Select(n => (JsonNode)E2eMqtt.Event($"{name}-{n}"))]),
            };
        }
    }
}
