using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>The bytes to and from one broker: the way out, TLS, and the bounds of what comes.</summary>
sealed class BrokerLink(BrokerOptions options, IBrokerRoute route, int maximumPacketBytes, InFlight inFlight) : IMqttClientStreamProvider
{
    /// <summary>As <see cref="Evidence.Authentication.Tls"/> has it, once connected.</summary>
    public string Tls { get; private set; } = "none";

    public async Task<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        var stream = await route.ConnectAsync(options.Host, options.Port, cancellationToken);
        try
        {
            if (options.Tls) stream = await SecureAsync(stream, cancellationToken);
            return new GuardedStream(stream, maximumPacketBytes, inFlight);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    async Task<Stream> SecureAsync(Stream plain, CancellationToken cancellationToken)
    {
        var stream = new SslStream(plain);
        try
        {
            await stream.AuthenticateAsClientAsync(Handshake(), cancellationToken);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        Tls = stream.SslProtocol == SslProtocols.Tls13 ? "1.3" : "1.2";
        return stream;
    }

    /// <summary>Files are read each time, so that renewed ones need no restart.</summary>
    /// <exception cref="IOException">One can't be read.</exception>
    SslClientAuthenticationOptions Handshake()
    {
        try
        {
            // A station is often offline: nothing is asked of the addresses in a certificate.
            var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            if (options.Authorities is not null)
            {
                policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                policy.CustomTrustStore.ImportFromPemFile(options.Authorities);
            }

            return new SslClientAuthenticationOptions
            {
                TargetHost = options.Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = policy,
                ClientCertificateContext = options.Certificate is { } certificate ? Own(certificate, options.Key!) : null,
            };
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"A certificate of this broker's settings can't be read: {e.Message}", e);
        }
    }

    static SslStreamCertificateContext Own(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, key), [.. chain.Skip(1)], offline: true);
    }
}
