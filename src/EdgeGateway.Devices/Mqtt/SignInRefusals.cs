using System.Net;
using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Hosting;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Hands on who was not let in, so that it is recorded as a stranger, beside the sign-ins and never in their way: what does not fit is
/// counted by the metrics alone. Nothing of a password is kept, and a name only where it could be a device's.
/// </summary>
sealed class SignInRefusals(ISealer sealer, TimeProvider time) : BackgroundService
{
    const int Waiting = 64;

    readonly Channel<Refusal> _refusals = Channel.CreateBounded<Refusal>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <param name="known">Whether there is such a device, so that only its credential was wrong.</param>
    /// <param name="claimed">What the client called itself.</param>
    public void Take(bool known, string? claimed, EndPoint? remote, string tls) => _refusals.Writer.TryWrite(new Refusal
    {
        Reason = known ? RefusalReason.WrongCredential : RefusalReason.UnknownDevice,
        Wire = WireKind.Mqtt,
        Claimed = DeviceId.TryParse(claimed, out var id) ? id.Value : null,

        // Without its port: the next attempt has another, and is of the same source.
        Address = remote is IPEndPoint { Address: var address } ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "",
        Authentication = Authentication.None with { Tls = tls },
        Payload = default,
        ReceivedAt = time.GetUtcNow(),
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var refusal in _refusals.Reader.ReadAllAsync(stoppingToken)) await sealer.QuarantineAsync(refusal, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Who comes while the gateway stops is not let in either.
        }
    }
}
