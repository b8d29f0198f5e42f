using System.Diagnostics;
using System.Globalization;

namespace EdgeGateway.Tests.Support;

/// <summary>A camera that nobody here wrote: GStreamer's RTSP server with a moving picture.</summary>
sealed class RtspCamera : IDisposable
{
    readonly Process _process;
    bool _isGone;

    RtspCamera(Process process) => _process = process;

    public int Port { get; private set; }

    /// <param name="port">0 for a free one.</param>
    /// <param name="credential">User name and password that it asks for (digest).</param>
    public static async Task<RtspCamera> StartAsync(int port = 0, params string[] credential)
    {
        var script = Path.Combine(E2ePrograms.Root, "tests", "independent", "rtsp.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, port.ToString(CultureInfo.InvariantCulture), .. credential]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var camera = new RtspCamera(Process.Start(start)!);
        camera.Port = int.Parse((await camera._process.StandardOutput.ReadLineAsync(SerialDeadline.Token))!, CultureInfo.InvariantCulture);
        return camera;
    }

    public void Dispose()
    {
        if (_isGone) return;
        _isGone = true;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
