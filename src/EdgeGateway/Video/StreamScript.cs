using System.Text;

namespace EdgeGateway.Video;

/// <summary>What ffmpeg is told on its standard input, where no other process sees it: an ffconcat script with the stream's address and the camera's password in it.</summary>
static class StreamScript
{
    /// <param name="port">Of the relay.</param>
    /// <param name="stream">The camera's address, of which path and query are asked for.</param>
    /// <param name="credential">User name and password; null where the camera asks for none.</param>
    public static byte[] Of(int port, Uri stream, (string UserName, string Password)? credential)
    {
        var user = credential is var (name, password) ? $"{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(password)}@" : "";
        return Encoding.UTF8.GetBytes($"ffconcat version 1.0\nfile {Quoted($"rtsp://{user}127.0.0.1:{port}{stream.PathAndQuery}")}\noption rtsp_transport tcp\n");
    }

    /// <summary>ffmpeg's own quoting: within quotes nothing is special but the quote.</summary>
    static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
