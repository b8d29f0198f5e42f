namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>Whether a broker is where the settings say, without a session: one would take the place of a running gateway's.</summary>
public static class BrokerProbe
{
    /// <returns>The version of TLS, or <c>none</c>.</returns>
    /// <exception cref="IOException">It can't be reached, or its certificate is not to be trusted.</exception>
    public static async Task<string> ReachAsync(BrokerOptions options, IBrokerRoute route, CancellationToken cancellationToken)
    {
        var link = new BrokerLink(options, route, maximumPacketBytes: 1, new InFlight(1, 1));
        try
        {
            await using var stream = await link.ConnectAsync(new System.Net.DnsEndPoint(options.Host, options.Port), cancellationToken);
            return link.Tls;
        }
        catch (System.Security.Authentication.AuthenticationException e)
        {
            throw new IOException(e.GetBaseException().Message, e);
        }
    }
}
