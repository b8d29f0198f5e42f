using System.Net;

namespace EdgeGateway.Gateway;

/// <summary>Reads <c>--urls</c>. Nothing listens beyond loopback without TLS and sign-in, and the web part has neither yet.</summary>
static class ListenUrls
{
    /// <exception cref="GatewayException">An address can't be listened on; says why.</exception>
    public static IReadOnlyList<IPEndPoint> Parse(string urls) =>
        [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseOne)];

    static IPEndPoint ParseOne(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            throw new GatewayException($"'{url}' can't be listened on: write http://127.0.0.1:PORT, with port 0 for a free one.");
        }

        var address = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : null;
        return address is not null && IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, uri.Port)
            : throw new GatewayException($"'{url}' is not on loopback: the web part has no TLS and sign-in in this version, so it listens on 127.0.0.1 only.");
    }
}
