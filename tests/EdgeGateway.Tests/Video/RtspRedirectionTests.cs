using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;
using EdgeGateway.Video;

namespace EdgeGateway.Tests.Video;

/// <summary>Cameras that lead ffmpeg elsewhere, with the ffmpeg that streams are recorded with.</summary>
public sealed class RtspRedirectionTests : IDisposable
{
    const string Options = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE\r\n\r\n";
    const string Moved = "CSeq: 2\r\nLocation: LOCATION\r\n\r\n";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Lies => new()
    {
        { Options, $"RTSP/1.0 302 Found\r\n{Moved}" },
        { Options, $"RTSP/1.0\t302 200 OK\r\n{Moved}" },
        { "RTSP/1.0 200 OK\nCSeq: 1\n\nRTSP/1.0 302 Found\nCSeq: 2\nLocation: LOCATION\n\n\r\n\r\n", "" },
        { "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\0\r\nRTSP/1.0 302 Found\r\nCSeq: 2\r\nLocation: LOCATION\r\n\r\n", "" },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task Ffmpeg_alone_follows_the_camera_elsewhere(string first, string second)
    {
        using var camera = new LyingCamera(first, second);
        var serving = camera.ServeAsync();
        using var recording = Recording(camera.Address.Port);
        using var ending = new CancellationTokenSource();
        var running = recording.RunAsync(_ => { }, ending.Token);
        await serving;
        var patience = SerialDeadline.Token;
        while (!camera.WasFollowed) patience.ThrowIfCancellationRequested();
        await ending.CancelAsync();
        camera.Dispose();
        await running;
    }

    [Theory, MemberData(nameof(Lies))]
    public async Task Behind_the_relay_it_does_not(string first, string second)
    {
        using var camera = new LyingCamera(first, second);
        var serving = camera.ServeAsync();
        using var relay = new RtspRelay(camera.Address, TimeProvider.System);
        var relaying = relay.RunAsync(SerialDeadline.Token);
        using var recording = Recording(relay.Port);
        await recording.RunAsync(_ => { }, SerialDeadline.Token);
        await Assert.ThrowsAsync<IOException>(() => relaying);
        await serving;
        Assert.False(camera.WasFollowed);
    }

    StreamRecording Recording(int port) =>
        new(new VideoRule(TimeSpan.FromSeconds(1)), StreamScript.Of(port, new Uri("rtsp://camera/live"), null), [], _folder.Path, TimeProvider.System);
}
