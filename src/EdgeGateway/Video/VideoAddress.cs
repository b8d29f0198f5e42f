using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Video;

/// <summary>Where a stream's address leads: looked up once, and only into the networks of the settings.</summary>
static class VideoAddress
{
    const int DefaultPort = 554;

    /// <returns>What to connect to: this very address, whatever its name says later.</returns>
    /// <exception cref="IOException">It can't be looked up, or leads elsewhere; says so.</exception>
    public static async Task<IPEndPoint> ResolveAsync(Uri stream, IReadOnlyList<IPNetwork> allowed, CancellationToken cancellationToken)
    {
        if (allowed.Count == 0) throw new IOException("Video:Networks is empty, so no stream is opened: set it to the network that the cameras are in.");
        IPAddress[] addresses;
        try
        {
            // An address is not looked up: of 0.0.0.0 that would be a bug.
            addresses = IPAddress.TryParse(stream.IdnHost, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(stream.IdnHost, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new IOException($"'{stream.IdnHost}' can't be looked up: {e.Message}.", e);
        }

        // An IPv4 address in the clothes of IPv6 is that address.
        var plain = addresses.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToList();
        var inside = plain.Find(address => allowed.Any(network => Leads(network, address)));
        return inside is null
            ? throw new IOException($"'{stream.IdnHost}' is {string.Join(", ", plain.Take(4))}, which is in none of Video:Networks.")
            : new IPEndPoint(inside, stream.IsDefaultPort || stream.Port < 0 ? DefaultPort : stream.Port);
    }

    /// <summary>Whether the network is meant to hold the address: one that is wide enough to hold this machine or its link by chance does not mean them.</summary>
    static bool Leads(IPNetwork network, IPAddress address) =>
        network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address) && !IsNobody(address) && (!IsNear(address) || IsNear(network.BaseAddress));

    static bool IsNear(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);

    /// <summary>No camera's, but to connect to 0.0.0.0 leads to this machine; or a group's.</summary>
    static bool IsNobody(IPAddress address) =>
        address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any) || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224);
}
