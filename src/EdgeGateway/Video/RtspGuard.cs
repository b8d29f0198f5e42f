using System.Globalization;
using System.Text;

namespace EdgeGateway.Video;

/// <summary>
/// Reads what a camera says over RTSP with RTP in the same connection (RFC 7826 sections 5 and 14), and lets it through as long as it is that and leads nowhere else: a
/// redirection is what ffmpeg would follow to any address. What it could read otherwise than ffmpeg does, which ends lines at LF alone, cuts words at tabs, stops at NUL and takes
/// a line that begins with $ for data, does not pass. Not safe for several threads.
/// </summary>
sealed class RtspGuard
{
    public const int MaximumHeadBytes = 16 * 1024;
    const int MaximumBodyBytes = 1 << 20;
    const byte Interleaved = (byte)'$';
    const int InterleavedHeadBytes = 4;

    static readonly string[] Requests = ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "PLAY_NOTIFY"];

    readonly byte[] _head = new byte[MaximumHeadBytes];
    int _length;
    int _body;

    /// <summary>Takes what came next, and gives on what may pass: never more than has come, and never a head that is not whole.</summary>
    /// <exception cref="IOException">It is no RTSP, too long, or leads elsewhere.</exception>
    public void Take(ReadOnlySpan<byte> bytes, List<byte> passed)
    {
        while (bytes.Length > 0)
        {
            if (_body > 0)
            {
                var taken = Math.Min(_body, bytes.Length);
                passed.AddRange(bytes[..taken]);
                _body -= taken;
                bytes = bytes[taken..];
                continue;
            }

            if (_length == _head.Length) throw new IOException($"The camera sent a head of more than {MaximumHeadBytes} bytes.");
            _head[_length++] = bytes[0];
            bytes = bytes[1..];
            if (!IsWhole) continue;
            passed.AddRange(_head.AsSpan(0, _length));
            _length = 0;
        }
    }

    /// <summary>Whether a head stands there; what follows it is its body.</summary>
    bool IsWhole
    {
        get
        {
            if (_head[0] == Interleaved)
            {
                if (_length < InterleavedHeadBytes) return false;
                _body = (_head[2] << 8) | _head[3];
                return true;
            }

            if (_length < 4 || !_head.AsSpan(0, _length).EndsWith("\r\n\r\n"u8)) return false;
            CheckCharacters(_head.AsSpan(0, _length));
            Check(Encoding.Latin1.GetString(_head, 0, _length).Split("\r\n"));
            return true;
        }
    }

    /// <summary>Lines end with CR LF and in no other way; a tab may stand where it cuts no word of the first line.</summary>
    static void CheckCharacters(ReadOnlySpan<byte> head)
    {
        var firstLine = head.IndexOf((byte)'\r');
        for (var i = 0; i < head.Length; i++)
        {
            var isRight = head[i] switch
            {
                (byte)'\r' => i + 1 < head.Length && head[i + 1] == '\n',
                (byte)'\n' => i > 0 && head[i - 1] == '\r',
                (byte)'\t' => i > firstLine,
                Interleaved => i == 0 || head[i - 1] != '\n',
                < (byte)' ' or 0x7F => false,
                _ => true,
            };
            if (!isRight) throw new IOException("The camera sent a head with characters that have no place in it.");
        }
    }

    void Check(string[] lines)
    {
        var first = lines[0].Split(' ', 3);
        if (first.Length < 3) throw new IOException("The camera sent something that is no RTSP.");
        if (first[0].StartsWith("RTSP/", StringComparison.Ordinal))
        {
            if (first[1].Length != 3 || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status)) throw new IOException("The camera sent a status that is none.");
            if (status is >= 300 and < 400) throw new IOException($"The camera answers with a redirection ({status}), which is not followed: register the address that it leads to.");
        }
        else if (!Requests.Contains(first[0]))
        {
            throw new IOException("The camera asks for something that is not done, such as a redirection.");
        }

        var lengths = lines.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).ToList();
        if (lengths.Count == 0) return;
        if (lengths.Count > 1 || !int.TryParse(lengths[0]["Content-Length:".Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > MaximumBodyBytes)
        {
            throw new IOException($"The camera sent a Content-Length that is none, or more than {MaximumBodyBytes} bytes.");
        }

        _body = length;
    }
}
