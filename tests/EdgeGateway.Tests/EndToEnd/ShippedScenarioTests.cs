using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>The scenarios that ship, played for a few seconds against a real gateway and compared with its ledger.</summary>
public sealed class ShippedScenarioTests
{
    [Theory]
    [InlineData("station-day", 8)]
    [InlineData("bad-line", 5)]
    [InlineData("power-cuts", 4)]
    [InlineData("flood", 4)]
    public async Task What_a_shipped_scenario_had_acknowledged_is_in_the_ledger_once(string scenario, int devices)
    {
        await using var station = new E2eStation();
        var (secrets, transcript) = (station.Beside("secrets"), station.Beside("transcript"));
        var (gatewayEnd, deviceEnd) = (station.Beside("line-gateway"), station.Beside("line-device"));
        using var line = await SocatPair.StartAsync(gatewayEnd, deviceEnd);
        string[] edgegw = ["--edgegw", $"dotnet {E2ePrograms.Edgegw}", "--data", station.Data];
        var enrolled = await SimulateAsync(["enrol", scenario, .. edgegw, "--secrets", secrets, "--line", $"analyser={gatewayEnd}"]);
        Assert.True(enrolled.ExitCode == 0, enrolled.ToString());
        await station.StartAsync();

        var ran = await SimulateAsync(
            "run", scenario, "--target", $"127.0.0.1:{station.Gateway.MqttPort}", "--secrets", secrets, "--transcript", transcript,
            "--line", $"analyser={deviceEnd}", "--for", "6s", "--json");
        Assert.True(ran.ExitCode == 0, ran.ToString());

        var verdict = await SimulateAsync(["verify", "--transcript", transcript, .. edgegw, "--json"]);
        Assert.True(verdict.ExitCode == 0, verdict.ToString());
        Assert.True(verdict.Json.GetProperty("ok").GetBoolean(), verdict.ToString());
        var items = await station.EvidenceAsync();
        Assert.Equal(devices, items.Select(item => item.GetProperty("device").GetString()).OfType<string>().Distinct().Count());
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
    }

    static Task<E2eResult> SimulateAsync(params string[] arguments) => E2eCommand.RunAsync("dotnet", [E2ePrograms.Simulator, .. arguments]);
}
