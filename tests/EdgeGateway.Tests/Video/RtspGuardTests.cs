using System.Text;
using EdgeGateway.Video;

namespace EdgeGateway.Tests.Video;

public sealed class RtspGuardTests
{
    const string Described = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";

    static readonly byte[] Session =
    [
        .. "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"x\"\r\n\r\n"u8, .. Encoding.ASCII.GetBytes(Described),
        .. "$\0\0\u0005hello"u8, .. "OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n"u8, .. "$\u0001\u0001\0"u8, .. new byte[256], .. "RTSP/1.0 200 OK\r\n\r\n"u8,
    ];

    [Fact]
    public void What_a_camera_says_passes_byte_for_byte_in_whatever_pieces_it_comes()
    {
        for (var size = 1; size <= Session.Length; size++) Assert.Equal(Session, Pass(Session, size));
    }

    [Fact]
    public void A_head_passes_only_once_it_is_whole()
    {
        var passed = new List<byte>();
        new RtspGuard().Take("RTSP/1.0 302 Moved\r\nLocation: rtsp://elsewhere/\r\n"u8, passed);
        Assert.Empty(passed);
    }

    [Theory]
    [InlineData("RTSP/1.0 302 Moved\r\nLocation: rtsp://10.0.0.1/x\r\n\r\n", "redirection (302)")]
    [InlineData("RTSP/1.0 301 Moved\r\n\r\n", "redirection (301)")]
    [InlineData("REDIRECT rtsp://x/ RTSP/1.0\r\nLocation: rtsp://10.0.0.1/\r\n\r\n", "not done")]
    [InlineData("HTTP/1.1 302 Found\r\n\r\n", "not done")]
    [InlineData("nonsense\r\n\r\n", "no RTSP")]
    [InlineData("RTSP/1.0 OK 200\r\n\r\n", "a status that is none")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", "Content-Length")]
    [InlineData("RTSP/1.0 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n", "Content-Length")]
    public void Whatever_leads_elsewhere_or_is_no_RTSP_ends_the_connection(string said, string why)
    {
        byte[] after = [.. Session, .. Encoding.ASCII.GetBytes(said)];
        var error = Assert.Throws<IOException>(() => Pass(after, 7));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    /// <summary>ffmpeg reads each of these as a redirection, though the first line by CR LF and blanks is another.</summary>
    [Theory]
    [InlineData("RTSP/1.0\t302 200 OK\r\nLocation: rtsp://10.0.0.1/x\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\nCSeq: 1\n\nRTSP/1.0 302 Found\nLocation: rtsp://10.0.0.1/x\n\n\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\nCSeq: 1\n\nRTSP/1.0 302 Found\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\n\0\r\nRTSP/1.0 302 Found\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\n$\0\0\u0004\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\n$aaa\r\n\r\n")]
    [InlineData("RTSP/1.0 200 OK\r\nCSeq: 1\r\r\n\r\n")]
    public void A_head_that_ffmpeg_could_read_otherwise_ends_the_connection(string said)
    {
        byte[] after = [.. Session, .. Encoding.ASCII.GetBytes(said)];
        Assert.Contains("no place", Assert.Throws<IOException>(() => Pass(after, 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tab_within_a_header_passes()
    {
        var head = Encoding.ASCII.GetBytes("RTSP/1.0 200 OK\r\nServer:\tcamera $1\r\n\r\n");
        Assert.Equal(head, Pass(head, 7));
    }

    [Fact]
    public void A_head_without_end_is_bounded()
    {
        var endless = new byte[RtspGuard.MaximumHeadBytes + 1];
        Array.Fill(endless, (byte)'x');
        Assert.Contains("more than", Assert.Throws<IOException>(() => Pass(endless, 4096)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_changed_sessions_pass_unchanged_or_not_at_all() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261127);
        for (var i = 0; i < inputs; i++)
        {
            var bytes = Session[..random.Next(1, Session.Length)];
            for (var flip = random.Next(4); flip > 0; flip--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                var passed = Pass(bytes, random.Next(1, 64));
                Assert.True(bytes.AsSpan().StartsWith(passed));
            }
            catch (IOException)
            {
                // The connection ends.
            }
        }
    }

    static byte[] Pass(byte[] bytes, int size)
    {
        var guard = new RtspGuard();
        var passed = new List<byte>();
        foreach (var piece in bytes.Chunk(size)) guard.Take(piece, passed);
        return [.. passed];
    }
}
