using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Timestamps;

/// <summary>A token that was found good.</summary>
/// <param name="Der">As the authority gave it.</param>
/// <param name="Chain">The signer's certificate first, the configured root last.</param>
sealed record AcceptedToken(byte[] Der, Rfc3161TimestampTokenInfo Info, IReadOnlyList<X509Certificate2> Chain)
{
    public X509Certificate2 Signer => Chain[0];
}

/// <summary>
/// Whether an answer holds a token to this question, from an authority that leads to one of these roots (RFC 3161 section
/// 2.4.2, RFC 5816). The machine's own trust store does not count, and nothing is fetched. Safe for any number of threads.
/// </summary>
sealed class TokenCheck(X509Certificate2Collection roots)
{
    /// <summary>Of a token with its chain: so much has room in an anchor's private part.</summary>
    public const int MaximumBytes = 32 * 1024;

    const string TimeStampingUsage = "1.3.6.1.5.5.7.3.8";
    const int MaximumSerialBytes = 32;
    const int MaximumPolicyCharacters = 128;

    /// <exception cref="TimestampException">It does not; says why.</exception>
    public AcceptedToken Check(Rfc3161TimestampRequest request, ReadOnlyMemory<byte> response)
    {
        try
        {
            var der = ReadToken(response);
            if (!Rfc3161TimestampToken.TryDecode(der, out var token, out _)) throw NotAccepted(der);
            var accepted = Check(request, token, der);
            return accepted.Der.Length + accepted.Chain.Sum(certificate => certificate.RawData.Length) <= MaximumBytes
                ? accepted
                : throw Malformed($"token and certificates have more than {MaximumBytes} bytes");
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or FormatException or OverflowException)
        {
            throw new TimestampException(TimestampFailure.Malformed, $"Its answer is no token to this question: {Evidence.DisplayText.Of(e.Message)}", e);
        }
    }

    AcceptedToken Check(Rfc3161TimestampRequest request, Rfc3161TimestampToken token, byte[] der)
    {
        var info = token.TokenInfo;
        if (info.Version != 1 || info.HasExtensions) throw Malformed("it has an unknown version or extensions");
        if (info.HashAlgorithmId.Value != request.HashAlgorithmId.Value || !info.GetMessageHash().Span.SequenceEqual(request.GetMessageHash().Span)) throw Malformed("it stamps something else");
        if (info.GetNonce() is not { } nonce || !nonce.Span.SequenceEqual(request.GetNonce()!.Value.Span)) throw Malformed("its nonce is another");
        if (info.GetSerialNumber().Length > MaximumSerialBytes || info.PolicyId.Value!.Length > MaximumPolicyCharacters) throw Malformed("its serial number or policy is too long");
        if (request.RequestedPolicyId is { } policy && info.PolicyId.Value != policy.Value) throw Malformed($"its policy is {info.PolicyId.Value}, not {policy.Value}");

        // Signature over the token, extended key usage (critical, time-stamping alone), and ESSCertID(v2) of the signer.
        var carried = token.AsSignedCms().Certificates;
        if (carried.Count == 0) throw new TimestampException(TimestampFailure.Malformed, "Its token comes without certificates, though they were asked for.");
        if (!token.VerifySignatureForHash(request.GetMessageHash().Span, request.HashAlgorithmId, out var signer, carried) || signer is null || !IsForTimeStampingAlone(signer))
        {
            throw BadSigner(carried, info.Timestamp);
        }

        return new AcceptedToken(der, info, ChainOf(signer, carried, info.Timestamp));
    }

    /// <summary>The decoder takes no token whose certificate it would not accept; this says which of the two it was.</summary>
    static TimestampException NotAccepted(byte[] der)
    {
        var cms = new SignedCms();
        cms.Decode(der);
        return Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var info, out _)
            ? BadSigner(cms.Certificates, info.Timestamp)
            : Malformed("it holds no token");
    }

    static TimestampException BadSigner(X509Certificate2Collection carried, DateTimeOffset genTime)
    {
        var ended = carried.FirstOrDefault(certificate => genTime < certificate.NotBefore || genTime > certificate.NotAfter);
        return new TimestampException(TimestampFailure.Untrusted, ended is null
            ? "Its token is not signed by a certificate for time-stamping alone that it names."
            : $"Its certificate '{Evidence.DisplayText.Of(ended.Subject)}' is valid from {Text(ended.NotBefore)} to {Text(ended.NotAfter)}, but the token says {Text(genTime)}.");
    }

    /// <summary>RFC 3161 section 2.3: this usage, no other, and critical.</summary>
    static bool IsForTimeStampingAlone(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList() is [{ Critical: true, EnhancedKeyUsages: { Count: 1 } usages }] && usages[0].Value == TimeStampingUsage;

    static string Text(DateTimeOffset time) => Ledger.LedgerTime.Format(time);

    List<X509Certificate2> ChainOf(X509Certificate2 signer, X509Certificate2Collection carried, DateTimeOffset genTime)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(carried);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TimeStampingUsage));
        chain.ChainPolicy.VerificationTime = genTime.LocalDateTime;

        // Whatever is fetched is fetched through the outbound policy, by RevocationLists.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (!chain.Build(signer))
        {
            var reasons = string.Join(", ", chain.ChainStatus.Select(status => status.Status.ToString()).Distinct());
            throw new TimestampException(
                TimestampFailure.Untrusted,
                $"Its certificate '{Evidence.DisplayText.Of(signer.Subject)}' does not lead to the configured roots at {Text(genTime)}: {reasons}.");
        }

        return [.. chain.ChainElements.Select(element => X509CertificateLoader.LoadCertificate(element.Certificate.RawData))];
    }

    /// <summary>
    /// The token's own bytes, where PKIStatusInfo says <c>granted</c>; <c>grantedWithMods</c> is not what was asked for.
    /// </summary>
    static byte[] ReadToken(ReadOnlyMemory<byte> response)
    {
        var whole = new AsnReader(response, AsnEncodingRules.DER);
        var answer = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var info = answer.ReadSequence();
        if (!info.TryReadInt32(out var status)) throw Malformed("its status is no number");
        if (status == 0)
        {
            var token = answer.ReadEncodedValue().ToArray();
            answer.ThrowIfNotEmpty();
            return token;
        }

        var text = "";
        if (info.HasData && info.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var texts = info.ReadSequence();
            if (texts.HasData) text = $": {Evidence.DisplayText.Of(texts.ReadCharacterString(UniversalTagNumber.UTF8String))}";
        }

        throw new TimestampException(TimestampFailure.Refused, $"It refused (status {status}){text}.");
    }

    static TimestampException Malformed(string what) => new(TimestampFailure.Malformed, $"Its answer is no token to this question: {what}.");
}
