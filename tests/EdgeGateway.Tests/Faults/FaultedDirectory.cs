using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Faults;

/// <summary>A stopped gateway with more than a bundle of items, some of them objects, and a backup of it: made once, copied for each fault.</summary>
public sealed class FaultedDirectory : IAsyncLifetime, IAsyncDisposable
{
    internal const int Items = 300;
    const int Large = 3;

    readonly E2eStation _station = new();

    /// <summary>Index of the first item; the others follow without a gap.</summary>
    internal static long FirstItem { get; private set; }

    public async Task InitializeAsync()
    {
        await _station.StartAsync("--Gateway:Origin=station-01.example", "--Clock:Source=system");
        var secret = await _station.AddDeviceAsync("cam-01");
        using (var device = await E2eMqtt.SignInAsync(_station.Gateway.MqttPort, "cam-01", secret))
        {
            await device.PublishManyAsync("cam-01", "large", Large, padding: 20_000);
            await device.PublishManyAsync("cam-01", "small", Items - Large);
        }

        FirstItem = (await _station.EvidenceAsync())[0].GetProperty("index").GetInt64();
        Assert.Equal(0, await _station.Gateway.StopAsync());
        await _station.AskAsync("backup", _station.Beside("taken"));
        File.Copy(_station.File("keys", "recovery.key"), _station.Beside("paper"));
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    internal async Task<E2eStation> CopyAsync()
    {
        var copy = new E2eStation();
        var copied = await E2eCommand.RunAsync("cp", ["-a", _station.Data, _station.Beside("taken"), _station.Beside("paper"), copy.Beside("")]);
        Assert.True(copied.ExitCode == 0, copied.ToString());
        return copy;
    }
}
