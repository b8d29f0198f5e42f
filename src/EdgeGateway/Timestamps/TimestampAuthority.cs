using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Gateway;
using EdgeGateway.Outbound;
using EdgeGateway.Texts;

namespace EdgeGateway.Timestamps;

/// <summary>A good token, and what was found to say that its certificates were good then.</summary>
sealed record StampedToken(string By, AcceptedToken Token, IReadOnlyList<RevocationList> Revocation);

/// <summary>One time-stamp authority of the settings (RFC 3161 over HTTP, section 3.4). Safe for any number of threads.</summary>
sealed class TimestampAuthority : IDisposable
{
    const string QueryType = "application/timestamp-query";
    const string ReplyType = "application/timestamp-reply";
    const int NonceBytes = 16;
    const int MaximumReplyBytes = 64 * 1024;
    const int MaximumListBytes = 4 << 20;
    const int MaximumRoots = 256;

    readonly AuthorityOptions _options;
    readonly OutboundPolicy _outbound;
    readonly OutboundPolicy _revocation;
    readonly RevocationLists _lists;
    readonly TokenCheck _check;

    TimestampAuthority(AuthorityOptions options, TimestampOptions all, X509Certificate2Collection roots, TimeProvider time)
    {
        _options = options;
        Url = new Uri(options.Url);
        var target = OutboundTarget.Of(Url);
        _outbound = new OutboundPolicy("time-stamping", [target], new OutboundLimits(all.Timeout, MaximumReplyBytes), time);
        var hosts = all.RevocationHosts.Select(text => OutboundTarget.TryParse(text, out var host) ? host : target);
        _revocation = new OutboundPolicy("revocation lists", [target, .. hosts], new OutboundLimits(all.Timeout, MaximumListBytes), time);
        _lists = new RevocationLists(_revocation, time);
        _check = new TokenCheck(roots);
    }

    public string Name => _options.Name;

    public Uri Url { get; }

    /// <summary>Reads the roots; asks nobody.</summary>
    /// <exception cref="GatewayException">There are no roots in the file, or it can't be read.</exception>
    public static TimestampAuthority Open(AuthorityOptions options, TimestampOptions all, TimeProvider time)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(options.Roots);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Failure.Of("timestamp.roots-unreadable", options.Name, options.Roots, e.Message);
        }

        return roots.Count is > 0 and <= MaximumRoots
            ? new TimestampAuthority(options, all, roots, time)
            : throw Failure.Of("timestamp.roots-count", options.Roots, roots.Count, options.Name, MaximumRoots);
    }

    /// <param name="imprint">SHA-256 of what is to be stamped.</param>
    /// <exception cref="TimestampException">There is no token that counts.</exception>
    public async Task<StampedToken> StampAsync(ReadOnlyMemory<byte> imprint, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var policy = _options.Policy is { } oid ? new Oid(oid) : null;
        var request = Rfc3161TimestampRequest.CreateFromHash(imprint, HashAlgorithmName.SHA256, policy, nonce, requestSignerCertificates: true);
        var token = _check.Check(request, await AskAsync(request.Encode(), cancellationToken));
        return new StampedToken(Name, token, await _lists.ForAsync(token, cancellationToken));
    }

    public void Dispose()
    {
        _outbound.Dispose();
        _revocation.Dispose();
    }

    async Task<byte[]> AskAsync(byte[] query, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(query) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(QueryType);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ReplyType));
        try
        {
            var answer = await _outbound.SendAsync(message, cancellationToken);
            return answer.Status == 200
                ? answer.Body
                : throw new TimestampException(TimestampFailure.NoAnswer, $"It answered with HTTP status {answer.Status}{(answer.Status is >= 300 and < 400 ? "; redirects are not followed, so give the address that it leads to" : "")}.");
        }
        catch (OutboundException e)
        {
            throw new TimestampException(TimestampFailure.NoAnswer, e.Message, e);
        }
    }
}
