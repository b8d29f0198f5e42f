using System.Net;
using System.Net.Sockets;
using EdgeGateway.Evidence;

namespace EdgeGateway.Outbound;

/// <summary>What came back; whether the status is a good one is for the caller to say.</summary>
/// <param name="MediaType">Without parameters; null where none was given.</param>
sealed record OutboundAnswer(int Status, string? MediaType, byte[] Body);

/// <summary>Bounds of one purpose.</summary>
/// <param name="Timeout">From the look-up of the name to the last byte.</param>
/// <param name="MaximumBytes">Of an answer's body.</param>
sealed record OutboundLimits(TimeSpan Timeout, int MaximumBytes);

/// <summary>
/// The only way out, one for each purpose: to the hosts and ports that its settings name and nowhere else, whatever an
/// answer, a certificate or a name server says. The address is looked at when the connection is made, so a name that
/// changes between the check and the use gains nothing: it must not lead to this machine, its link or a group, unless the settings
/// name that very address. No redirects, no proxy, no cookies; time and size are bounded. Safe for any number of threads.
/// </summary>
sealed class OutboundPolicy : IDisposable
{
    const int MaximumHeaderKibibytes = 16;
    const int BufferBytes = 8192;

    readonly string _purpose;
    readonly HashSet<OutboundTarget> _allowed;
    readonly OutboundLimits _limits;
    readonly TimeProvider _time;
    readonly HttpClient _client;

    /// <param name="purpose">For messages, e.g. <c>time-stamping</c>.</param>
    public OutboundPolicy(string purpose, IEnumerable<OutboundTarget> allowed, OutboundLimits limits, TimeProvider time)
    {
        _purpose = purpose;
        _allowed = [.. allowed];
        _limits = limits;
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaximumHeaderKibibytes,
            ConnectCallback = ConnectAsync,

            // A name may move to another machine.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public bool Allows(Uri url) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && _allowed.Contains(OutboundTarget.Of(url));

    /// <exception cref="OutboundException">There is no whole answer.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        if (!Allows(url)) throw NotAllowed(OutboundTarget.Of(url));
        using var timeout = new CancellationTokenSource(_limits.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return new OutboundAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await ReadAsync(response, url, both.Token));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, $"{Shown(url)} did not answer within {_limits.Timeout.TotalSeconds} s.");
        }
        catch (HttpRequestException e) when (e.InnerException is OutboundException refused)
        {
            throw new OutboundException(refused.Failure, refused.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new OutboundException(OutboundFailure.Unreachable, $"{Shown(url)} can't be reached: {DisplayText.Of(e.GetBaseException().Message)}", e);
        }
    }

    public void Dispose() => _client.Dispose();

    async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri url, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[BufferBytes];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (whole.Length + read > _limits.MaximumBytes)
            {
                throw new OutboundException(OutboundFailure.TooLarge, $"{Shown(url)} answered with more than {_limits.MaximumBytes} bytes.");
            }

            whole.Write(buffer, 0, read);
        }

        return whole.ToArray();
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = new OutboundTarget(context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        if (!_allowed.Contains(target)) throw NotAllowed(target);
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = addresses.Where(address => IsAllowed(target.Host, address)).ToArray();
        if (allowed.Length == 0) throw NotAllowed(target, addresses);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An address that the settings give is meant; one that a name server gives must lead off this machine and its link.</summary>
    internal static bool IsAllowed(string host, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.TryParse(host, out _)) return true;
        if (IPAddress.IsLoopback(address)) return host == "localhost";
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);
        }

        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or >= 224) && (bytes[0], bytes[1]) is not (169, 254);
    }

    OutboundException NotAllowed(OutboundTarget target, IPAddress[]? addresses = null) => new(
        OutboundFailure.NotAllowed,
        addresses is null
            ? $"{DisplayText.Of(target.ToString())} is not among the hosts that the settings allow for {_purpose}."
            : $"{DisplayText.Of(target.ToString())} leads to {string.Join(", ", addresses.Take(4).Select(address => address.ToString()))}, which is this machine or its link: a setting for {_purpose} must name such an address itself.");

    static string Shown(Uri url) => DisplayText.Of(url.GetLeftPart(UriPartial.Path));
}
