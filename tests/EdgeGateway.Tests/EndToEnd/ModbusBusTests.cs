using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The gateway as master of a real line, whose slaves are Debian's pymodbus.</summary>
public sealed class ModbusBusTests
{
    [Fact, Trait("Ask", "One dead RTU slave does not stop the bus")]
    public async Task One_slave_of_three_that_is_unplugged_does_not_stop_the_bus_and_its_readings_go_on_when_it_is_back()
    {
        await using var station = new E2eStation();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("slaves"));
        using var slaves = await ModbusSlaves.StartAsync(station.Beside("slaves"), 1, 2, 3);
        var profiles = Directory.CreateDirectory(station.Beside("profiles")).FullName;
        var shipped = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "noise-modbus-rtu.yaml"));
        await File.WriteAllTextAsync(Path.Combine(profiles, "noise-modbus-rtu.yaml"), shipped.Replace("every: 10s", "every: 200ms").Replace("timeout: 500ms", "timeout: 200ms"));
        foreach (var unit in (string[])["1", "2", "3"])
        {
            await station.AskAsync("device", "add", "--id", $"meter-{unit}", "--profile", "noise-modbus-rtu", "--line", station.Beside("gateway"), "--unit", unit, $"--Gateway:Profiles={profiles}");
        }

        var taken = await station.RunAsync("device", "add", "--id", "meter-4", "--profile", "noise-modbus-rtu", "--line", station.Beside("gateway"), "--unit", "3", $"--Gateway:Profiles={profiles}");
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains("Address 3 on line", taken.Error, StringComparison.Ordinal);

        await station.StartAsync($"--Gateway:Profiles={profiles}");
        await MoreAsync(station, "meter-1", "meter-2", "meter-3");
        var item = (await station.EvidenceAsync("--device", "meter-2"))[0];
        var shown = await station.AskAsync("evidence", "show", $"{item.GetProperty("index").GetInt64()}");
        var values = shown.GetProperty("parsed").GetProperty("values").EnumerateArray().ToDictionary(value => value.GetProperty("name").GetString()!, value => value.GetProperty("value").GetString());
        Assert.Equal(("20.0", "20.1", $"{204 * 65536 + 205}"), (values["level"], values["average"], values["measured-seconds"]));
        Assert.Empty(DocsSchema.Of("evidence-show").Errors(System.Text.Json.Nodes.JsonNode.Parse(shown.GetRawText())!));
        Assert.Equal("dB", shown.GetProperty("parsed").GetProperty("values")[0].GetProperty("unit").GetString());

        await slaves.UnplugAsync(2);
        await MoreAsync(station, "meter-1", "meter-3");
        await MoreAsync(station, "meter-1", "meter-3");
        await UntilAsync(async () => await ConnectionAsync(station, "meter-2") == "offline");
        Assert.Equal("online", await ConnectionAsync(station, "meter-1"));
        await slaves.PlugAsync(2);
        await MoreAsync(station, "meter-2");
        Assert.Equal("online", await ConnectionAsync(station, "meter-2"));

        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var deadline = DateTime.UtcNow.AddSeconds(30);
        while (!await holds()) Assert.True(DateTime.UtcNow < deadline, "It did not come to hold within 30 s.");
    }

    static async Task<string?> ConnectionAsync(E2eStation station, string device) =>
        (await station.AskAsync("device", "show", device)).GetProperty("connection").GetString();

    /// <summary>Waits for five more readings of each.</summary>
    static async Task MoreAsync(E2eStation station, params string[] devices)
    {
        var before = await CountsAsync(station);
        await UntilAsync(async () =>
        {
            var now = await CountsAsync(station);
            return devices.All(device => now.GetValueOrDefault(device) >= before.GetValueOrDefault(device) + 5);
        });
    }

    static async Task<Dictionary<string, int>> CountsAsync(E2eStation station) =>
        (await station.EvidenceAsync()).CountBy(item => item.GetProperty("device").GetString()!).ToDictionary();
}
