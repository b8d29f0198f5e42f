namespace EdgeGateway.Profiles;

/// <summary>How a camera's stream is recorded.</summary>
/// <param name="Segment">How long one segment is; it is cut at the next key frame.</param>
/// <param name="Transport">How RTP comes (RFC 7826).</param>
public sealed record VideoRule(TimeSpan Segment, RtspTransport Transport);

public enum RtspTransport
{
    /// <summary>Within the RTSP connection.</summary>
    Tcp,
    Udp,
}
