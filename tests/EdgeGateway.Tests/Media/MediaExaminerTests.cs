using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Containment;
using EdgeGateway.Ledger;
using EdgeGateway.Media;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Media;

/// <summary>Real clips, real ffmpeg in its container.</summary>
public sealed class MediaExaminerTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_clip_that_browsers_play_is_described_and_has_a_poster_and_no_preview()
    {
        await MediaClips.MakeAsync(_folder["clip.mp4"], "testsrc=d=3:s=1280x720:r=10", "-pix_fmt", "yuv420p", "-metadata", "creation_time=2026-11-27T08:00:00Z");
        var facts = await ExamineAsync("clip.mp4");

        Assert.StartsWith("ffmpeg version 5.1", facts["tool"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("mov,mp4,m4a,3gp,3g2,mj2", facts["container"]!.GetValue<string>());
        Assert.Equal((3.0, "2026-11-27T08:00:00.000000Z"), (facts["seconds"]!.GetValue<double>(), facts["created"]!.GetValue<string>()));
        Assert.Equal("""{"kind":"video","codec":"h264","width":1280,"height":720}""", facts["streams"]![0]!.ToJsonString());
        Assert.Equal("mjpeg,640,360", await ProbedAsync(AssertMade(facts, "poster")));
        Assert.Null(facts["preview"]);
        Assert.Empty(facts["signals"]!["suspicions"]!.AsArray());
    }

    [Fact]
    public async Task A_clip_that_browsers_do_not_play_has_a_preview_and_the_original_stays_as_it_is()
    {
        await MediaClips.MakeAsync(_folder["clip.avi"], "testsrc=d=3:s=1920x1080:r=10", "-c:v", "mpeg4");
        var before = await File.ReadAllBytesAsync(_folder["clip.avi"]);
        var facts = await ExamineAsync("clip.avi");

        Assert.Equal("mpeg4", facts["streams"]![0]!["codec"]!.GetValue<string>());
        Assert.Equal("h264", facts["preview"]!["video"]!.GetValue<string>());
        Assert.Equal("h264,1280,720", await ProbedAsync(AssertMade(facts, "preview")));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder["clip.avi"]));
    }

    [Fact]
    public async Task A_segment_of_a_stream_is_put_into_a_container_that_browsers_know_without_coding_it_anew()
    {
        await MediaClips.MakeAsync(_folder["segment.ts"], "testsrc=d=2:s=320x240:r=10", "-pix_fmt", "yuv420p", "-c:v", "libx264");
        var facts = await ExamineAsync("segment.ts");

        Assert.Equal("copied", facts["preview"]!["video"]!.GetValue<string>());
        Assert.Equal("h264,320,240", await ProbedAsync(AssertMade(facts, "preview")));
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\nhttp://127.0.0.1/x.ts\n")]
    [InlineData("ffconcat version 1.0\nfile '/etc/passwd'\n")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>")]
    [InlineData("")]
    public async Task A_playlist_by_another_name_is_not_given_to_ffmpeg_at_all(string content)
    {
        await File.WriteAllTextAsync(_folder["clip.mp4"], content);

        Assert.Equal("It does not begin as any media that is looked into.", (await ExamineAsync("clip.mp4"))["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_file_that_only_begins_as_media_or_is_cut_off_says_what_is_wrong()
    {
        await File.WriteAllBytesAsync(_folder["a.mp4"], [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[500]]);
        Assert.NotEmpty((await ExamineAsync("a.mp4"))["error"]!.GetValue<string>());

        await MediaClips.MakeAsync(_folder["clip.mp4"], "testsrc=d=3:s=320x240:r=10", "-pix_fmt", "yuv420p");
        var whole = await File.ReadAllBytesAsync(_folder["clip.mp4"]);
        for (var length = 12; length < whole.Length; length += whole.Length / 4)
        {
            await File.WriteAllBytesAsync(_folder["cut.mp4"], whole[..length]);
            Assert.NotNull((await ExamineAsync("cut.mp4"))["error"]);
        }
    }

    [Fact]
    public async Task A_picture_that_would_unfold_to_gigabytes_is_not_decoded()
    {
        // 60,000 by 60,000 pixels by its header, in a few hundred bytes.
        var header = Convert.FromHexString("89504E470D0A1A0A0000000D494844520000EA600000EA60080200000000000000");
        await File.WriteAllBytesAsync(_folder["bomb.png"], [.. header, .. new byte[400]]);
        var facts = await ExamineAsync("bomb.png");

        Assert.True(facts["error"] is not null || facts["poster"]!["error"] is not null, facts.ToJsonString());
        Assert.False(File.Exists(_folder["work", "poster.jpg"]));
    }

    [Fact]
    public async Task A_program_that_never_ends_is_ended_and_nothing_of_it_goes_on()
    {
        await File.WriteAllTextAsync(_folder["in"], "x");
        var work = Directory.CreateDirectory(_folder["work"]).FullName;
        var tool = new MediaTool(TimeProvider.System);
        var began = Stopwatch.GetTimestamp();
        var busy = await tool.RunAsync("ffmpeg", ["-f", "lavfi", "-i", "testsrc", "-f", "null", "-"], _folder["in"], work, 0, TimeSpan.FromSeconds(1), CancellationToken.None);
        var idle = await tool.RunAsync("ffmpeg", ["-re", "-f", "lavfi", "-i", "testsrc=s=16x16", "-metadata", "title=never-ends", "-f", "null", "-"], _folder["in"], work, 0, TimeSpan.FromSeconds(1), CancellationToken.None);

        Assert.Null(busy.Output);
        Assert.Contains("was ended", idle.Errors, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 1, 15);
        foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                Assert.DoesNotContain("never-ends", await File.ReadAllTextAsync(Path.Combine(process, "cmdline")), StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // A process that is gone.
            }
        }
    }

    [Fact]
    public async Task What_runs_in_the_container_sees_no_network_no_other_file_and_can_write_in_its_folder_alone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await File.WriteAllTextAsync(_folder["secret"], "of the gateway");
        await File.WriteAllTextAsync(_folder["in"], "the file");
        var work = Directory.CreateDirectory(_folder["work"]).FullName;
        var script = $$"""
            import os, socket
            def tried(what):
                try:
                    what()
                    return "yes"
                except Exception as e:
                    return type(e).__name__
            print(tried(lambda: socket.create_connection(("127.0.0.1", {{((IPEndPoint)listener.LocalEndpoint).Port}}), 2)))
            print(tried(lambda: open("{{_folder["secret"]}}").read()))
            print(tried(lambda: open("/etc/passwd").read()))
            print(tried(lambda: open("/in", "a").write("x")))
            print(tried(lambda: open("/usr/x", "w")))
            print(open("/in").read(), tried(lambda: open("/out/made", "w").write("x")), len(os.environ) <= 4, sum(name.isdigit() for name in os.listdir("/proc")) <= 3)
            """;
        using var process = Process.Start(Sandbox.Contain("/usr/bin/python3", ["-c", script], new SandboxLimits(1L << 30, 1 << 20, TimeSpan.FromSeconds(10)), _folder["in"], work, network: false))!;
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync();

        Assert.Equal("ConnectionRefusedError\nFileNotFoundError\nFileNotFoundError\nOSError\nOSError\nthe file yes True True\n", said.Replace("PermissionError", "OSError"));
        Assert.Equal("the file", await File.ReadAllTextAsync(_folder["in"]));
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("color=black:d=6:s=320x240:r=10", "black")]
    [InlineData("smptebars=d=8:s=320x240:r=10", "frozen")]
    [InlineData("testsrc2=d=6:s=320x240:r=10", "")]
    public async Task What_looks_wrong_is_a_suspicion(string source, string suspicions)
    {
        await MediaClips.MakeAsync(_folder["clip.mp4"], source, "-pix_fmt", "yuv420p");
        var signals = (await ExamineAsync("clip.mp4"))["signals"]!;

        Assert.Equal(suspicions, string.Join(' ', signals["suspicions"]!.AsArray().Select(suspicion => suspicion!.GetValue<string>())));
        Assert.InRange(signals["sampledSeconds"]!.GetValue<double>(), 5, 8.5);
    }

    async Task<JsonObject> ExamineAsync(string name)
    {
        var work = _folder["work"];
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        Directory.CreateDirectory(work);
        var original = new Hash(SHA256.HashData(await File.ReadAllBytesAsync(_folder[name])));
        return await new MediaExaminer(new MediaTool(TimeProvider.System), new MediaOptions(), TimeProvider.System).ExamineAsync(_folder[name], original, work, CancellationToken.None);
    }

    /// <returns>Where it lies, as long and with the digest that the facts give.</returns>
    string AssertMade(JsonObject facts, string what)
    {
        Assert.True(facts[what]?["file"] is not null, facts.ToJsonString());
        var path = _folder["work", facts[what]!["file"]!.GetValue<string>()];
        var bytes = File.ReadAllBytes(path);
        Assert.Equal((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))), (facts[what]!["size"]!.GetValue<long>(), facts[what]!["sha256"]!.GetValue<string>()));
        return path;
    }

    static async Task<string> ProbedAsync(string path) =>
        (await E2eCommand.RunAsync("ffprobe", ["-loglevel", "error", "-select_streams", "v:0", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", path])).Output.Trim();
}
