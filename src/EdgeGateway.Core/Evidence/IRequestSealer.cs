using EdgeGateway.Devices;

namespace EdgeGateway.Evidence;

/// <summary>Seals what the gateway does to a device of its own accord. Safe for any number of threads.</summary>
public interface IRequestSealer
{
    /// <summary>A request on its way to a device; it leaves only once this is on disk. Waits while the queue is full.</summary>
    ValueTask<Task<SealOutcome>> RequestAsync(DeviceRequest request, CancellationToken cancellationToken);

    /// <summary>A device asked for the time and was not given it, because the gateway's own can't be relied on.</summary>
    ValueTask<Task<SealOutcome>> TimeNotSetAsync(Device device, CancellationToken cancellationToken);
}

/// <summary>One attempt at a request.</summary>
public sealed record DeviceRequest
{
    public required Device Device { get; init; }

    /// <summary>The protocol's own word for it, e.g. <c>1012</c>.</summary>
    public required string Command { get; init; }

    /// <summary>From 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>As it goes over the wire.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The line; goes to the private part.</summary>
    public required string Address { get; init; }

    public required Asker Asker { get; init; }
}

/// <summary>Who wants something of a device.</summary>
/// <param name="Account">Null for the gateway itself.</param>
public sealed record Asker(string? Account, Authentication Authentication)
{
    public static readonly Asker Gateway = new(null, Authentication.None);
}
