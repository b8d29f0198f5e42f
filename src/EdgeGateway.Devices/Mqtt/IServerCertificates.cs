using System.Net.Security;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>What the gateway shows to those who connect with TLS. Safe for any number of threads.</summary>
public interface IServerCertificates
{
    /// <summary>The certificate in force with its chain; asked for at each handshake, so that a renewed one needs no restart.</summary>
    SslStreamCertificateContext Current { get; }
}
