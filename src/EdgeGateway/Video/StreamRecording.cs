using System.Diagnostics;
using System.Globalization;
using EdgeGateway.Containment;
using EdgeGateway.Profiles;

namespace EdgeGateway.Video;

/// <summary>One run of ffmpeg on one stream: it copies what the camera sends into segments, and says which it has closed.</summary>
/// <param name="script">What it is told on its standard input; never logged.</param>
/// <param name="secrets">What must not stand in a log, whatever ffmpeg says.</param>
sealed class StreamRecording(VideoRule rule, byte[] script, IReadOnlyList<string> secrets, string folder, TimeProvider time) : IDisposable
{
    const string Ffmpeg = "/usr/bin/ffmpeg";
    const long MemoryBytes = 1L << 30;
    const long FileBytes = 2L << 30;

    static readonly TimeSpan EndWait = TimeSpan.FromSeconds(5);

    readonly Process _process = new() { StartInfo = Start(rule, folder) };
    readonly StreamWords _said = new(secrets);

    /// <summary>What ffmpeg said, in few words and without secrets.</summary>
    public string Said => _said.ToString();

    /// <summary>Runs until ffmpeg ends, by itself or because <paramref name="ending"/> is set: then it has a moment to close its last segment.</summary>
    /// <param name="closed">Told each segment once it is closed.</param>
    /// <exception cref="IOException">It can't be started.</exception>
    public async Task RunAsync(Action<Segment> closed, CancellationToken ending)
    {
        if (!File.Exists(Ffmpeg)) throw new IOException("ffmpeg is not installed: install it (Debian: apt-get install ffmpeg).");
        try
        {
            await ContainedProcess.StartAsync(_process);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"ffmpeg can't be started: {e.Message}.", e);
        }

        var errors = ListenAsync();
        var list = ListAsync(closed);
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(script, CancellationToken.None);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: what it says tells why.
        }

        await _process.WaitForExitAsync(ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(EndWait, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await Task.WhenAll(errors, list);
    }

    public void Dispose() => _process.Dispose();

    static ProcessStartInfo Start(VideoRule rule, string folder)
    {
        var seconds = rule.Segment.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-hide_banner", "-nostats", "-loglevel", "error", "-f", "concat", "-safe", "0", "-protocol_whitelist", "pipe,rtsp,rtp,tcp", "-i", "pipe:0",
            "-map", "0:v?", "-map", "0:a?", "-c", "copy", "-f", "segment", "-segment_time", seconds, "-segment_format", "mpegts", "-reset_timestamps", "1",
            "-segment_list", "pipe:1", "-segment_list_type", "csv", "segment-%06d.ts",
        ];
        return Sandbox.Contain(Ffmpeg, arguments, new SandboxLimits(MemoryBytes, FileBytes, ProcessorTime: null), input: null, folder, network: true);
    }

    /// <summary>Lines such as <c>segment-000001.ts,2.900000,4.900000</c>.</summary>
    async Task ListAsync(Action<Segment> closed)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var parts = line.Split(',');
            if (parts.Length != 3 || parts[0] != Path.GetFileName(parts[0]) || !parts[0].EndsWith(".ts", StringComparison.Ordinal)) continue;
            if (!double.TryParse(parts[1], CultureInfo.InvariantCulture, out var from) || !double.TryParse(parts[2], CultureInfo.InvariantCulture, out var to)) continue;
            var length = to - from is >= 0 and < 86400 and var seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            closed(new Segment(Path.Combine(folder, parts[0]), time.GetUtcNow(), length));
        }
    }

    async Task ListenAsync()
    {
        var buffer = new char[512];
        while (await _process.StandardError.ReadAsync(buffer) is var count and > 0) _said.Add(buffer.AsSpan(0, count));
    }
}
