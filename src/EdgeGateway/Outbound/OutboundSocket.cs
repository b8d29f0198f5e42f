using System.Net;
using System.Net.Sockets;
using EdgeGateway.Evidence;

namespace EdgeGateway.Outbound;

/// <summary>
/// Connections of one purpose: to the hosts and ports that its settings name and nowhere else. The address is looked at when the connection
/// is made, so a name that changes between the check and the use gains nothing: it must not lead to this machine, its link or a group,
/// unless the settings name that very address. Safe for any number of threads.
/// </summary>
/// <param name="purpose">For messages, e.g. <c>time-stamping</c>.</param>
sealed class OutboundSocket(string purpose, IEnumerable<OutboundTarget> allowed)
{
    readonly HashSet<OutboundTarget> _allowed = [.. allowed];

    public bool Allows(OutboundTarget target) => _allowed.Contains(target);

    /// <exception cref="OutboundException">The target is not among those allowed, or leads where it may not.</exception>
    /// <exception cref="SocketException">It can't be reached.</exception>
    public async Task<NetworkStream> ConnectAsync(OutboundTarget target, CancellationToken cancellationToken)
    {
        if (!Allows(target)) throw NotAllowed(target);
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var usable = addresses.Where(address => IsAllowed(target.Host, address)).ToArray();
        if (usable.Length == 0) throw NotAllowed(target, addresses);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An address that the settings give is meant; one that a name server gives must lead off this machine and its link.</summary>
    internal static bool IsAllowed(string host, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.TryParse(host, out _)) return true;
        if (IPAddress.IsLoopback(address)) return host == "localhost";
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);
        }

        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or >= 224) && (bytes[0], bytes[1]) is not (169, 254);
    }

    public OutboundException NotAllowed(OutboundTarget target, IPAddress[]? addresses = null) => new(
        OutboundFailure.NotAllowed,
        addresses is null
            ? $"{DisplayText.Of(target.ToString())} is not among the hosts that the settings allow for {purpose}."
            : $"{DisplayText.Of(target.ToString())} leads to {string.Join(", ", addresses.Take(4).Select(address => address.ToString()))}, which is this machine or its link: a setting for {purpose} must name such an address itself.");
}
