using System.Text;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial;

/// <summary>Who turns an RS-485 line round. No test has such a port: what a driver does that can, nobody here has seen.</summary>
public sealed class Rs485Tests : IDisposable
{
    static readonly SerialLineSettings Line = new(9600, 8, SerialParity.None, 1);

    readonly TempFolder _folder = new();

    [Fact]
    public async Task A_port_whose_driver_can_not_turn_the_line_round_is_not_opened_and_the_error_says_what_to_do()
    {
        var (gateway, device) = (_folder["gateway"], _folder["device"]);
        using var pair = await SocatPair.StartAsync(gateway, device);
        var ports = new SystemSerialPorts();

        var error = Assert.Throws<IOException>(void () => ports.Open(gateway, Line with { Rs485 = Rs485Direction.Kernel }));

        Assert.Contains("can't turn an RS-485 line round", error.Message, StringComparison.Ordinal);
        Assert.Contains("take 'rs485: kernel' out of the profile", error.Message, StringComparison.Ordinal);

        // Nothing of the attempt is left open or locked.
        using var port = ports.Open(gateway, Line);
        Assert.True(port.IsPresent);
    }

    [Theory]
    [InlineData("", Rs485Direction.Adapter)]
    [InlineData(", rs485: adapter", Rs485Direction.Adapter)]
    [InlineData(", rs485: kernel", Rs485Direction.Kernel)]
    public void A_profile_says_who_does_it(string key, Rs485Direction direction)
    {
        var profile = ProfileReader.Read(Encoding.UTF8.GetBytes(ProfileTexts.Serial.Replace("stopBits: 2", "stopBits: 2" + key, StringComparison.Ordinal)));

        Assert.Equal(direction, profile.Profile!.Line!.Rs485);
    }

    [Fact]
    public void Another_word_is_refused_with_those_that_there_are()
    {
        var profile = ProfileReader.Read(Encoding.UTF8.GetBytes(ProfileTexts.Serial.Replace("stopBits: 2", "stopBits: 2, rs485: gpio", StringComparison.Ordinal)));

        Assert.Contains("use adapter or kernel", Assert.Single(profile.Errors).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
