using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Tls;

/// <summary>
/// The certificate that devices see: the site's own from the settings, or one of the gateway's own authority
/// (<c>keys/tls/server.pem</c>, certificate and key, 0600), which is issued again 30 days before it ends and where the names change. Looked
/// at once an hour, when a device connects; where a new one can't be had, the old one stays and the log says why.
/// </summary>
sealed partial class ServerCertificates(string data, string origin, MqttOptions options, TimeProvider time, ILogger<ServerCertificates> logger)
    : IServerCertificates, IDisposable
{
    /// <summary>As long as TLS clients commonly accept.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);

    static readonly TimeSpan Margin = TimeSpan.FromDays(30);
    static readonly TimeSpan Look = TimeSpan.FromHours(1);

    readonly Lock _lock = new();
    Loaded? _loaded;
    long _lookedAt;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                if (_loaded is null)
                {
                    _loaded = Load();
                    _lookedAt = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(_lookedAt) >= Look)
                {
                    _lookedAt = time.GetTimestamp();
                    TryLoadAgain();
                }

                return _loaded.Context;
            }
        }
    }

    /// <summary>What people check: subject, names and end of the certificate in force.</summary>
    /// <exception cref="GatewayException">There is none, and none can be made.</exception>
    public X509Certificate2 Open() => Current.TargetCertificate;

    public void Dispose() => _loaded?.Dispose();

    public static string PathIn(string data) => Path.Combine(CertificateAuthority.FolderIn(data), "server.pem");

    /// <summary>Names first, then addresses, each once, in order.</summary>
    public static IReadOnlyList<string> NamesOf(MqttOptions options) =>
        [.. options.TlsNames.Append(Dns.GetHostName()).Append("localhost").Append("127.0.0.1").Append("::1")
            .Where(name => Uri.CheckHostName(name) != UriHostNameType.Unknown)
            .Select(name => IPAddress.TryParse(name, out var address) ? address.ToString() : name.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal).OrderBy(name => IPAddress.TryParse(name, out _)).ThenBy(name => name, StringComparer.Ordinal)];

    void TryLoadAgain()
    {
        try
        {
            var loaded = Load();
            if (loaded.Thumbprint != _loaded!.Thumbprint) LogRenewed(loaded.Thumbprint, loaded.Context.TargetCertificate.NotAfter.ToUniversalTime());

            // Handshakes under way may still use the old one: its handles go when they do.
            _loaded = loaded;
        }
        catch (Exception e) when (e is GatewayException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            LogNotRenewed(e.Message);
        }
    }

    Loaded Load() => options.TlsCertificate is { } certificate ? LoadSites(certificate, options.TlsKey!) : LoadOwn();

    static Loaded LoadSites(string certificatePath, string keyPath)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificatePath);
            return new Loaded(X509Certificate2.CreateFromPemFile(certificatePath, keyPath), [.. chain.Skip(1)]);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Failure.Of("tls.sites", certificatePath, keyPath, e.Message);
        }
    }

    Loaded LoadOwn()
    {
        using var authority = CertificateAuthority.Open(data, origin, time);
        var chain = X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);
        var certificate = Read();
        if (certificate is null || !IsGood(certificate, authority.Certificate))
        {
            certificate?.Dispose();
            Issue(authority.Certificate);
            certificate = Read() ?? throw Failure.Of("tls.authority", CertificateAuthority.CertificatePath(data), PathIn(data), "");
        }

        return new Loaded(certificate, [chain]);
    }

    X509Certificate2? Read()
    {
        try
        {
            return File.Exists(PathIn(data)) ? X509Certificate2.CreateFromPemFile(PathIn(data)) : null;
        }
        catch (CryptographicException)
        {
            // Damaged: another is issued, which devices take as well, because they know the authority.
            return null;
        }
    }

    bool IsGood(X509Certificate2 certificate, X509Certificate2 authority) =>
        certificate.NotAfter.ToUniversalTime() - Margin > time.GetUtcNow().UtcDateTime
        && certificate.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)
        && certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } issuer
        && authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.Span.SequenceEqual(issuer.Span)
        && certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } names
        && NamesOf(options).ToHashSet(StringComparer.Ordinal).SetEquals([.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())]);

    void Issue(X509Certificate2 authority)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in NamesOf(options))
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=EdgeGateway"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var (from, to) = Validity.Of(time, Lifetime);
        var end = authority.NotAfter.ToUniversalTime();
        using var certificate = request.Create(authority, from, to < end ? to : end, CertificateSerial.Next());
        AtomicFile.Write(
            PathIn(data), System.Text.Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"), CertificateAuthority.Secret);
        LogIssued(string.Join(", ", NamesOf(options)), to);
    }

    [LoggerMessage(1951, LogLevel.Information, "The gateway has a new TLS certificate for {Names}, good until {End}")]
    partial void LogIssued(string names, DateTimeOffset end);

    [LoggerMessage(1952, LogLevel.Information, "TLS goes on with another certificate, {Thumbprint}, good until {End}")]
    partial void LogRenewed(string thumbprint, DateTime end);

    [LoggerMessage(1953, LogLevel.Error, "TLS goes on with the certificate that it has: {Reason}")]
    partial void LogNotRenewed(string reason);

    sealed class Loaded(X509Certificate2 certificate, X509Certificate2Collection chain) : IDisposable
    {
        public SslStreamCertificateContext Context { get; } = SslStreamCertificateContext.Create(certificate, chain, offline: true);

        public string Thumbprint { get; } = certificate.GetCertHashString(HashAlgorithmName.SHA256);

        public void Dispose() => certificate.Dispose();
    }
}
