using System.Net;
using EdgeGateway.Devices;
using EdgeGateway.Tests.Support;
using EdgeGateway.Video;

namespace EdgeGateway.Tests.Video;

public sealed class VideoAddressTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rtsp://192.168.10.7/live", "192.168.10.0/24", "192.168.10.7:554")]
    [InlineData("rtsp://192.168.10.7:8554/live", "10.0.0.0/8, 192.168.10.7/32", "192.168.10.7:8554")]
    [InlineData("rtsp://[::ffff:192.168.10.7]/live", "192.168.10.0/24", "192.168.10.7:554")]
    [InlineData("rtsp://[fd00::7]/live", "fd00::/8", "[fd00::7]:554")]
    [InlineData("rtsp://192.168.10.7/live", "0.0.0.0/0", "192.168.10.7:554")]
    [InlineData("rtsp://127.0.0.1:8554/live", "127.0.0.1/32", "127.0.0.1:8554")]
    [InlineData("rtsp://169.254.1.7/live", "169.254.0.0/16", "169.254.1.7:554")]
    public async Task An_address_within_the_networks_is_what_is_connected_to(string stream, string networks, string camera) =>
        Assert.Equal(IPEndPoint.Parse(camera), await VideoAddress.ResolveAsync(new Uri(stream), new VideoOptions { Networks = networks }.Allowed, CancellationToken.None));

    [Theory]
    [InlineData("rtsp://192.168.11.7/live", "192.168.10.0/24", "which is in none of Video:Networks")]
    [InlineData("rtsp://[::ffff:127.0.0.1]/live", "192.168.10.0/24, ::/0", "'::ffff:127.0.0.1' is 127.0.0.1, which is in none")]
    [InlineData("rtsp://localhost/live", "192.168.10.0/24", "which is in none")]
    [InlineData("rtsp://127.0.0.1/live", "0.0.0.0/0, ::/0", "127.0.0.1, which is in none")]
    [InlineData("rtsp://0.0.0.0/live", "0.0.0.0/0", "0.0.0.0, which is in none")]
    [InlineData("rtsp://0.0.0.0/live", "0.0.0.0/32", "0.0.0.0, which is in none")]
    [InlineData("rtsp://169.254.1.7/live", "0.0.0.0/0", "169.254.1.7, which is in none")]
    [InlineData("rtsp://224.0.0.7/live", "0.0.0.0/0", "224.0.0.7, which is in none")]
    [InlineData("rtsp://[::1]/live", "::/0", "::1, which is in none")]
    [InlineData("rtsp://[::ffff:127.0.0.1]/live", "0.0.0.0/0", "127.0.0.1, which is in none")]
    [InlineData("rtsp://192.168.10.7/live", "", "Video:Networks is empty")]
    [InlineData("rtsp://no-such-camera.invalid/live", "192.168.10.0/24", "can't be looked up")]
    public async Task Anything_else_is_refused_and_says_why(string stream, string networks, string why)
    {
        var error = await Assert.ThrowsAsync<IOException>(() => VideoAddress.ResolveAsync(new Uri(stream), new VideoOptions { Networks = networks }.Allowed, CancellationToken.None));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_with_any_character_stays_within_its_place_in_the_script()
    {
        var script = System.Text.Encoding.UTF8.GetString(StreamScript.Of(4711, new Uri("rtsp://camera/live?x='a'"), ("a b", "p'\n/@:%\\密")));
        Assert.Equal("ffconcat version 1.0\nfile 'rtsp://a%20b:p%27%0A%2F%40%3A%25%5C%E5%AF%86@127.0.0.1:4711/live?x='\\''a'\\'''\noption rtsp_transport tcp\n", script);
    }

    [Fact]
    public void A_password_file_that_others_can_read_is_not_used()
    {
        File.WriteAllText(_folder["password"], "secret\nmore");
        var options = new VideoOptions { Credentials = { ["cam-1"] = new VideoCredential { UserName = "viewer", PasswordFile = _folder["password"] } } };
        File.SetUnixFileMode(_folder["password"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<IOException>(() => VideoSecrets.Read(options, DeviceId.Parse("cam-1"))).Message, StringComparison.Ordinal);

        File.SetUnixFileMode(_folder["password"], UnixFileMode.UserRead);
        Assert.Equal(("viewer", "secret"), VideoSecrets.Read(options, DeviceId.Parse("cam-1")));
        Assert.Null(VideoSecrets.Read(options, DeviceId.Parse("cam-2")));
    }
}
