using System.Diagnostics.CodeAnalysis;
using System.Net;
using EdgeGateway.Texts;

namespace EdgeGateway.Gateway;

/// <summary>Reads <c>--urls</c>. Nothing listens beyond loopback without TLS and sign-in, and the web part has neither yet.</summary>
static class ListenUrls
{
    /// <param name="error">Why an address can't be listened on.</param>
    public static bool TryParse(string urls, out IReadOnlyList<IPEndPoint> endpoints, [NotNullWhen(false)] out string? error)
    {
        var found = new List<IPEndPoint>();
        endpoints = found;
        error = null;
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            {
                error = Said.Of("urls.form");
                return false;
            }

            var address = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : null;
            if (address is null || !IPAddress.IsLoopback(address))
            {
                error = Said.Of("urls.loopback");
                return false;
            }

            found.Add(new IPEndPoint(address, uri.Port));
        }

        return true;
    }

    /// <exception cref="GatewayException">An address can't be listened on; says why.</exception>
    public static IReadOnlyList<IPEndPoint> Parse(string urls) =>
        TryParse(urls, out var endpoints, out var error) ? endpoints : throw Failure.Usage("usage.value", "--urls", Evidence.DisplayText.Of(urls), error);
}
