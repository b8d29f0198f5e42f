using System.Net;
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
/// The only way out over HTTP, one for each purpose: where an <see cref="OutboundSocket"/> leads and nowhere else, whatever an answer, a
/// certificate or a name server says. No redirects, no proxy, no cookies; time and size are bounded. Safe for any number of threads.
/// </summary>
sealed class OutboundPolicy : IDisposable
{
    const int MaximumHeaderKibibytes = 16;
    const int BufferBytes = 8192;

    readonly OutboundSocket _socket;
    readonly OutboundLimits _limits;
    readonly TimeProvider _time;
    readonly HttpClient _client;

    /// <param name="purpose">For messages, e.g. <c>time-stamping</c>.</param>
    public OutboundPolicy(string purpose, IEnumerable<OutboundTarget> allowed, OutboundLimits limits, TimeProvider time)
    {
        _socket = new OutboundSocket(purpose, allowed);
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
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && _socket.Allows(OutboundTarget.Of(url));

    /// <exception cref="OutboundException">There is no whole answer.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        if (!Allows(url)) throw _socket.NotAllowed(OutboundTarget.Of(url));
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

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await _socket.ConnectAsync(new OutboundTarget(context.DnsEndPoint.Host, context.DnsEndPoint.Port), cancellationToken);

    static string Shown(Uri url) => DisplayText.Of(url.GetLeftPart(UriPartial.Path));
}
