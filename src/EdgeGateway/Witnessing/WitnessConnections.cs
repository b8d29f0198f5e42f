using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Witnessing;

/// <summary>Connections to the witnesses of a policy and to nobody else: no redirects, no proxy, no cookies, bounded headers.</summary>
static class WitnessConnections
{
    public static SocketsHttpHandler To(IEnumerable<Uri> witnesses)
    {
        var allowed = witnesses.Select(url => (url.IdnHost.ToLowerInvariant(), url.Port)).ToHashSet();
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = async (context, cancellationToken) =>
            {
                var target = context.DnsEndPoint;
                if (!allowed.Contains((target.Host.ToLowerInvariant(), target.Port))) throw new IOException($"{target.Host}:{target.Port} is no witness of the policy.");
                var addresses = (await Dns.GetHostAddressesAsync(target.Host, cancellationToken)).Where(IsAllowed).ToArray();
                if (addresses.Length == 0) throw new IOException($"{target.Host} has no address that may be connected to.");
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(addresses, target.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
    }

    /// <summary>Not those of the machine's own link, where metadata services are, nor those that are no single machine.</summary>
    static bool IsAllowed(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any)) return false;
        return address.AddressFamily != AddressFamily.InterNetwork || address.GetAddressBytes() is not ([169, 254, ..] or [0, ..] or [>= 224, ..]);
    }
}
