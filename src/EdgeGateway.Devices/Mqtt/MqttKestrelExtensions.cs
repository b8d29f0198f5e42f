using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Mqtt;

public static class MqttKestrelExtensions
{
    /// <summary>
    /// Adds the broker's listeners; <c>AddMqttWire</c> must have been called, and where TLS is on there must be
    /// <see cref="IServerCertificates"/>. Once Kestrel is given listeners in code it ignores <c>--urls</c>, so the HTTP ones must be given in
    /// the same way.
    /// </summary>
    /// <exception cref="OptionsValidationException">The settings are wrong; the message names each.</exception>
    public static void ListenMqtt(this KestrelServerOptions kestrel)
    {
        var services = kestrel.ApplicationServices;
        var options = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        if (MqttPort.TryParse(options.PlainPort, out var plain) && plain is not null)
        {
            kestrel.Listen(IPAddress.Loopback, plain.Value, endpoint =>
            {
                endpoint.RunMqtt(services);
                services.GetRequiredService<MqttEndpoint>().Listens(endpoint);
            });
        }

        if (MqttPort.TryParse(options.TlsPort, out var tls) && tls is not null)
        {
            var certificates = services.GetRequiredService<IServerCertificates>();
            var limit = services.GetRequiredService<HandshakeLimit>();
            kestrel.Listen(IPAddress.Parse(options.TlsAddress), tls.Value, endpoint =>
            {
                endpoint.Use(limit.Before);
                endpoint.UseHttps(Handshake(certificates, options));
                endpoint.Use(HandshakeLimit.After);
                endpoint.RunMqtt(services);
                services.GetRequiredService<MqttEndpoint>().ListensWithTls(endpoint);
            });
        }
    }

    static void RunMqtt(this ListenOptions endpoint, IServiceProvider services)
    {
        // Never reached, but Kestrel warns of HTTP/2 without TLS.
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Run(services.GetRequiredService<DeviceListener>().RunAsync);
    }

    [SuppressMessage("Security", "CA5359", Justification = "Clients are shown a certificate of ours here; theirs is compared at sign-in.")]
    static TlsHandshakeCallbackOptions Handshake(IServerCertificates certificates, MqttOptions options) => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificates.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

            // Asked for, not needed. Any is let through: SignIn goes by the one that the registry names, whoever issued it. So no chain
            // counts, and above all nothing is fetched from the addresses that a stranger wrote into a certificate.
            ClientCertificateRequired = true,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        }),
    };
}
