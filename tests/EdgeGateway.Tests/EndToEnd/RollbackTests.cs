using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A virtual machine's snapshot that is gone back to.</summary>
public sealed class RollbackTests
{
    [Fact]
    public async Task A_snapshot_does_not_start_where_a_second_place_knows_more_and_the_right_directory_does()
    {
        await using var station = new E2eStation();
        var second = Directory.CreateDirectory(station.Beside("second")).FullName;
        var setting = $"--Ledger:SecondPlace={second}";
        Assert.Equal(0, await (await station.StartAsync(setting)).StopAsync());
        var snapshot = station.Beside("snapshot");
        var copied = await E2eCommand.RunAsync("cp", ["-a", station.Data, snapshot]);
        Assert.Equal(0, copied.ExitCode);
        await station.StartAsync(setting);
        await station.AddDeviceAsync("cam-01");
        Assert.Equal(0, await station.Gateway.StopAsync());

        await using var old = new E2eStation { Data = snapshot };
        var gateway = old.Launch(setting);
        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.Contains(second, gateway.Log, StringComparison.Ordinal);
        Assert.Contains(snapshot, gateway.Log, StringComparison.Ordinal);
        Assert.Contains("restore --successor", gateway.Log, StringComparison.Ordinal);

        Assert.Equal(0, await (await station.StartAsync(setting)).StopAsync());
        await station.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_second_place_that_is_not_there_is_said_and_by_setting_refused()
    {
        await using var station = new E2eStation();
        var absent = $"--Ledger:SecondPlace={station.Beside("absent")}";

        var gateway = await station.StartAsync(absent);
        var status = await station.AskAsync("ledger", "status");
        Assert.Contains("absent", status.GetProperty("secondPlace").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Contains("absent", gateway.Log, StringComparison.Ordinal);
        var check = await station.RunAsync("check", absent, "--Mqtt:PlainPort=0");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("second-place", check.Output, StringComparison.Ordinal);

        var refused = station.Launch(absent, "--Ledger:SecondPlaceRequired=true");
        Assert.Equal(1, await refused.WaitForExitAsync());
        Assert.Contains("SecondPlaceRequired", refused.Log, StringComparison.Ordinal);
    }
}
