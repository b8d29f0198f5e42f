using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeGateway.Outbound;

/// <summary>A host and port that a setting names. Hosts are compared as DNS does: without case, without a dot at the end.</summary>
readonly record struct OutboundTarget
{
    public OutboundTarget(string host, int port)
    {
        Host = Normal(host);
        Port = port;
    }

    /// <summary>A name, or an address without brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    public static OutboundTarget Of(Uri url) => new(url.IdnHost, url.Port);

    /// <param name="text"><c>host:port</c>, an IPv6 address in brackets.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out OutboundTarget target)
    {
        target = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535) return false;
        var host = text![..colon];
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        target = new OutboundTarget(host, port);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    static string Normal(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
