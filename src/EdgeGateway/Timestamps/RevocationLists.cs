using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Outbound;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.X509;

namespace EdgeGateway.Timestamps;

/// <summary>A revocation list as it was fetched.</summary>
sealed record RevocationList(string Url, byte[] Der);

/// <summary>
/// The revocation lists (RFC 5280 section 5) that a token's certificates name, fetched through the outbound policy and kept
/// until they are due again. One that can't be had is left out: the token counts all the same, and its anchor then shows
/// that nothing said the certificate was good. Safe for any number of threads.
/// </summary>
sealed class RevocationLists(OutboundPolicy outbound, TimeProvider time)
{
    const string DistributionPoints = "2.5.29.31";
    const int MaximumUrls = 4;
    const int MaximumUrlCharacters = 512;
    const int MostKept = 16;

    static readonly TimeSpan KeptAtMost = TimeSpan.FromHours(1);
    static readonly TimeSpan KeptWhenMissing = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, (byte[]? Der, DateTimeOffset Until)> _kept = new();

    /// <exception cref="TimestampException">A list that the issuer signed has one of the certificates.</exception>
    public async Task<IReadOnlyList<RevocationList>> ForAsync(AcceptedToken token, CancellationToken cancellationToken)
    {
        var lists = new List<RevocationList>();
        for (var i = 0; i + 1 < token.Chain.Count; i++)
        {
            var issuer = token.Chain[i + 1];
            foreach (var url in UrlsOf(token.Chain[i]).Where(url => lists.TrueForAll(list => list.Url != url)))
            {
                if (await FetchAsync(url, cancellationToken) is not { } der || Read(der, issuer, token.Info.Timestamp) is not { } list) continue;
                if (IsListed(list, token.Chain[i]))
                {
                    throw new TimestampException(TimestampFailure.Untrusted, $"Its certificate '{Evidence.DisplayText.Of(token.Chain[i].Subject)}' was revoked, says {Evidence.DisplayText.Of(url)}.");
                }

                lists.Add(new RevocationList(url, der));
                break;
            }
        }

        return lists;
    }

    async Task<byte[]?> FetchAsync(string url, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(url, out var kept) && time.GetUtcNow() < kept.Until) return kept.Der;
        byte[]? der = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            var answer = await outbound.SendAsync(request, cancellationToken);
            if (answer.Status == 200) der = answer.Body;
        }
        catch (OutboundException)
        {
            // Absence is an answer here: the anchor shows it, and the list is asked for again.
        }

        // Certificates name the addresses, and an authority may name another each time.
        if (_kept.Count >= MostKept) _kept.Clear();
        _kept[url] = (der, time.GetUtcNow() + (der is null ? KeptWhenMissing : KeptAtMost));
        return der;
    }

    /// <returns>Null where it is none, another's, or out of date.</returns>
    static X509Crl? Read(byte[] der, X509Certificate2 issuer, DateTimeOffset at)
    {
        try
        {
            var list = new X509CrlParser().ReadCrl(der);
            if (list is null || list.NextUpdate is { } next && next.ToUniversalTime() < at.UtcDateTime) return null;
            list.Verify(new X509CertificateParser().ReadCertificate(issuer.RawData).GetPublicKey());
            return list;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    static bool IsListed(X509Crl list, X509Certificate2 certificate) => list.IsRevoked(new X509CertificateParser().ReadCertificate(certificate.RawData));

    static IEnumerable<string> UrlsOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions[DistributionPoints] is not { } extension) return [];
        try
        {
            return [.. CrlDistPoint.GetInstance(Asn1Object.FromByteArray(extension.RawData)).GetDistributionPoints()
                .Where(point => point.DistributionPointName?.Type == DistributionPointName.FullName)
                .SelectMany(point => GeneralNames.GetInstance(point.DistributionPointName.Name).GetNames())
                .Where(name => name.TagNo == GeneralName.UniformResourceIdentifier)
                .Select(name => DerIA5String.GetInstance(name.Name).GetString())
                .Where(url => url.Length <= MaximumUrlCharacters && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps))
                .Take(MaximumUrls)];
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return [];
        }
    }

    /// <summary>What BouncyCastle throws at bytes that are not what they should be.</summary>
    static bool IsUnreadable(Exception e) =>
        e is IOException or ArgumentException or InvalidCastException or FormatException or InvalidOperationException or OverflowException or IndexOutOfRangeException
            or Org.BouncyCastle.Security.GeneralSecurityException or Org.BouncyCastle.Crypto.CryptoException;
}
