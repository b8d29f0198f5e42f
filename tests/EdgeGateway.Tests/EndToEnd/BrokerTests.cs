using System.Globalization;
using System.Text.Json;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A gateway that joins Debian's broker.</summary>
public sealed class BrokerTests
{
    [Fact]
    public async Task With_TLS_a_password_and_a_certificate_it_is_let_in_and_the_entry_names_the_broker()
    {
        await using var station = new E2eStation();
        await MakeCertificatesAsync(station);
        await E2eCommand.RunAsync("mosquitto_passwd", ["-c", "-b", station.Beside("passwords"), "gateway", "s3cret"]);
        using var mosquitto = await SimMosquitto.StartAsync($"""
            cafile {station.Beside("ca.pem")}
            certfile {station.Beside("broker.pem")}
            keyfile {station.Beside("broker.key")}
            require_certificate true
            password_file {station.Beside("passwords")}
            """);
        await File.WriteAllTextAsync(station.Beside("password"), "s3cret\n");
        await File.WriteAllTextAsync(station.Beside("event.json"), E2eMqtt.Event("e-1"));
        await station.StartAsync(
            "--Mqtt:Brokers:site:Host=localhost", $"--Mqtt:Brokers:site:Port={mosquitto.Port}", $"--Mqtt:Brokers:site:Authorities={station.Beside("ca.pem")}",
            $"--Mqtt:Brokers:site:Certificate={station.Beside("client.pem")}", $"--Mqtt:Brokers:site:Key={station.Beside("client.key")}",
            "--Mqtt:Brokers:site:UserName=gateway", $"--Mqtt:Brokers:site:PasswordFile={station.Beside("password")}");
        var added = await station.AskAsync("device", "add", "--id", "cam-01", "--profile", "camera-mqtt", "--broker", "site");
        Assert.Equal((JsonValueKind.Null, "site"), (added.GetProperty("secret").ValueKind, added.GetProperty("broker").GetString()));

        // Until the subscription stands the broker has nobody to give it to: send again until it is there, always the same message.
        IReadOnlyList<JsonElement> items;
        do
        {
            var published = await E2eCommand.RunAsync("mosquitto_pub",
            [
                "-h", "localhost", "-p", mosquitto.Port.ToString(CultureInfo.InvariantCulture), "--cafile", station.Beside("ca.pem"), "--cert", station.Beside("client.pem"),
                "--key", station.Beside("client.key"), "-u", "gateway", "-P", "s3cret", "-q", "1", "-t", "edgegw/v1/cam-01/event/capture", "-f", station.Beside("event.json"),
            ]);
            Assert.True(published.ExitCode == 0, published.ToString());
            items = await station.EvidenceAsync("--device", "cam-01");
        }
        while (items.Count == 0);

        var auth = (await station.AskAsync("evidence", "show", Assert.Single(items).GetProperty("index").GetRawText())).GetProperty("leaf").GetProperty("auth");
        Assert.Equal(("broker", "site", "1.3"), (auth.GetProperty("method").GetString(), auth.GetProperty("credentialId").GetString(), auth.GetProperty("tls").GetString()));
        var refused = await station.RunAsync("device", "credential", "cam-01");
        Assert.True(refused.ExitCode == 1 && refused.Error.Contains("site", StringComparison.Ordinal), refused.ToString());
        Assert.DoesNotContain("s3cret", station.Gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Media_in_chunks_comes_over_it_across_a_kill_and_its_receipts_go_back_over_it()
    {
        await using var station = new E2eStation();
        using var mosquitto = await SimMosquitto.StartAsync();
        string[] settings = ["--Mqtt:Brokers:site:Host=127.0.0.1", $"--Mqtt:Brokers:site:Port={mosquitto.Port}", "--Mqtt:Brokers:site:Tls=false", "--Mqtt:Brokers:site:ClientId=gw"];
        await station.StartAsync(settings);
        await station.AskAsync("device", "add", "--id", "cam-01", "--profile", "camera-mqtt", "--broker", "site");
        using var publisher = await E2eMqtt.SignInAsync(mosquitto.Port, "events", "");
        do await publisher.PublishAsync("edgegw/v1/cam-01/event/capture", System.Text.Encoding.UTF8.GetBytes(E2eMqtt.Event("e-0")));
        while ((await station.EvidenceAsync("--device", "cam-01")).Count == 0);
        var content = UploadBench.Content(5 * UploadBench.ChunkSize - 7);
        using var device = await UploadingDevice.SignInAsync(mosquitto.Port, "cam-01", "clip-1", "", version5: true);
        await ManifestAsync(content, 1);
        Assert.Equal("""{"missing":[[0,4]]}""", await device.ToldAsync());
        for (ushort chunk = 0; chunk < 3; chunk++) await ChunkAsync(content, chunk);
        await HoldsAsync(() => Task.FromResult(Directory.GetFiles(station.File("uploads"), "*", SearchOption.AllDirectories).Length > 0));

        // What the broker has and the gateway did not acknowledge comes again by itself.
        station.Gateway.Kill();
        await station.StartAsync(settings);
        await ManifestAsync(content, 10);
        var missing = await device.ToldAsync();
        Assert.StartsWith("{\"missing\":[[", missing, StringComparison.Ordinal);
        for (ushort chunk = 0; chunk < 5; chunk++) await ChunkAsync(content, chunk);
        string receipt;
        do receipt = await device.ToldAsync();
        while (receipt.Contains("missing", StringComparison.Ordinal));

        var item = (await station.EvidenceAsync("--device", "cam-01")).Single(item => item.GetProperty("message").GetString() == "clip");
        Assert.Equal(item.GetProperty("index").GetInt64(), JsonDocument.Parse(receipt).RootElement.GetProperty("index").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), item.GetProperty("sha256").GetString());
        await ManifestAsync(content, 11);
        Assert.Equal(receipt, await device.ToldAsync());

        await device.PublishAsync("manifest", UploadBench.Manifest(content, size: content.Length + 1), 12);
        Assert.Contains("\"rejected\":true", await device.ToldAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");

        Task ManifestAsync(byte[] bytes, ushort id) => device.PublishAsync("manifest", UploadBench.Manifest(bytes), id);

        Task ChunkAsync(byte[] bytes, ushort chunk) => device.PublishAsync(
            $"chunk/{chunk}", bytes[(chunk * UploadBench.ChunkSize)..Math.Min(bytes.Length, (chunk + 1) * UploadBench.ChunkSize)], (ushort)(100 + chunk));
    }

    static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while (!await holds()) patience.Token.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Killed_again_and_again_it_has_each_message_of_the_broker_once()
    {
        const int count = 400;
        await using var station = new E2eStation();
        using var mosquitto = await SimMosquitto.StartAsync();
        string[] settings = ["--Mqtt:Brokers:site:Host=127.0.0.1", $"--Mqtt:Brokers:site:Port={mosquitto.Port}", "--Mqtt:Brokers:site:Tls=false", "--Mqtt:Brokers:site:ClientId=gw"];
        await station.StartAsync(settings);
        await station.AskAsync("device", "add", "--id", "cam-01", "--profile", "camera-mqtt", "--broker", "site");
        using var publisher = await E2eMqtt.SignInAsync(mosquitto.Port, "cam-01", "");

        // Until the subscription stands the broker has nobody to keep anything for: the first message says when.
        do await publisher.PublishAsync("edgegw/v1/cam-01/event/capture", System.Text.Encoding.UTF8.GetBytes(E2eMqtt.Event("e-0")));
        while ((await station.EvidenceAsync("--device", "cam-01")).Count == 0);
        var random = new Random(1126);
        for (var sent = 1; sent < count;)
        {
            for (var n = 0; n < 100 && sent < count; n++, sent++)
            {
                await publisher.PublishAsync("edgegw/v1/cam-01/event/capture", System.Text.Encoding.UTF8.GetBytes(E2eMqtt.Event($"e-{sent}", random.Next(2000))), (ushort)(sent + 1));
            }

            station.Gateway.Kill();
            await station.StartAsync(settings);
        }

        IReadOnlyList<JsonElement> items;
        do items = await station.EvidenceAsync("--device", "cam-01");
        while (items.Count < count);

        Assert.Equal(count, items.Count);
        await station.AssertVerifiesAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_its_settings_is_told_by_name_before_anything_starts()
    {
        await using var station = new E2eStation();
        var refused = station.Launch("--Mqtt:Brokers:site:Port=0", "--Mqtt:Brokers:site:Hst=x", "--Mqtt:Brokers:site:PasswordFile=/no/such/file");

        Assert.Equal(2, await refused.WaitForExitAsync());

        foreach (var wrong in new[] { "Mqtt:Brokers:site:Host is ''", "Mqtt:Brokers:site:Port is 0", "Mqtt:Brokers:site:Hst", "Mqtt:Brokers:site:PasswordFile is '/no/such/file'" })
        {
            Assert.Contains(wrong, refused.Log, StringComparison.Ordinal);
        }
    }

    static async Task MakeCertificatesAsync(E2eStation station)
    {
        await Openssl.RunAsync("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=site authority", "-keyout", station.Beside("ca.key"), "-out", station.Beside("ca.pem"));
        foreach (var name in new[] { "broker", "client" })
        {
            await Openssl.RunAsync("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", $"/CN={name}", "-addext", "subjectAltName=DNS:localhost", "-keyout", station.Beside($"{name}.key"), "-out", station.Beside($"{name}.csr"));
            await Openssl.RunAsync("x509", "-req", "-in", station.Beside($"{name}.csr"), "-CA", station.Beside("ca.pem"), "-CAkey", station.Beside("ca.key"), "-CAcreateserial", "-copy_extensions", "copy", "-days", "30", "-out", station.Beside($"{name}.pem"));
        }
    }
}
