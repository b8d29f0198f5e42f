using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Where the broker listens.</summary>
public sealed class MqttEndpoint
{
    ListenOptions? _plain;
    ListenOptions? _tls;

    /// <summary>The bound port of the plain listener; meaningful once the host has started. Null when it is off.</summary>
    public int? PlainPort => _plain?.IPEndPoint?.Port;

    /// <summary>The same of the TLS listener.</summary>
    public int? TlsPort => _tls?.IPEndPoint?.Port;

    // Kestrel writes the bound address back into the options that it was given.
    internal void Listens(ListenOptions plain) => _plain = plain;

    internal void ListensWithTls(ListenOptions tls) => _tls = tls;
}
