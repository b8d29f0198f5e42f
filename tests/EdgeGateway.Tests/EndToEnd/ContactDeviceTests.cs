using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A cabinet on a machine that has no GPIO chip, as most have.</summary>
public sealed class ContactDeviceTests
{
    [Fact]
    public async Task The_gateway_goes_on_without_the_chip_and_says_once_what_is_missing()
    {
        await using var station = new E2eStation();
        var profiles = Directory.CreateDirectory(station.Beside("profiles")).FullName;
        var shipped = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "cabinet-contacts.yaml"));
        await File.WriteAllTextAsync(Path.Combine(profiles, "cabinet-contacts.yaml"), shipped.Replace("chip: 0", "chip: 251"));
        var setting = $"--Gateway:Profiles={profiles}";
        await station.AskAsync("device", "add", "--id", "cabinet-01", "--profile", "cabinet-contacts", setting);
        var twice = await station.RunAsync("device", "add", "--id", "cabinet-02", "--profile", "cabinet-contacts", setting);
        Assert.Contains("The inputs of profile 'cabinet-contacts' are those of device 'cabinet-01' already", twice.Error, StringComparison.Ordinal);

        await station.StartAsync(setting);
        using var patience = new CancellationTokenSource(E2eCommand.Deadline);
        while ((await station.AskAsync("device", "show", "cabinet-01")).GetProperty("connection").GetString() != "offline") patience.Token.ThrowIfCancellationRequested();

        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.Single(station.Gateway.Log.Split('\n'), line => line.Contains("There is no '/dev/gpiochip251' on this machine.", StringComparison.Ordinal));
    }
}
