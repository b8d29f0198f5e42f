using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices;

/// <summary>One device of the registry, as its newest <c>device</c> entry in the ledger has it.</summary>
public sealed record Device
{
    public required DeviceId Id { get; init; }

    /// <summary>The device type in force for it.</summary>
    public required DeviceProfile Profile { get; init; }

    /// <summary>The serial line it is on, e.g. <c>/dev/serial/by-id/…</c>; several devices may share one. Null off a line.</summary>
    public string? Line { get; init; }

    /// <summary>The site's own MQTT broker that it sends to, by its name in the settings. Null where it sends to the gateway itself.</summary>
    public string? Broker { get; init; }

    /// <summary>HJ 212 device number (MN) that its frames carry. Null where the wire needs none.</summary>
    public string? Mn { get; init; }

    /// <summary>Modbus address of the slave, 1 to 247. Null where the wire needs none.</summary>
    public int? Unit { get; init; }

    /// <summary>The folder that a docking station writes its files to. Null off a dock.</summary>
    public string? Folder { get; init; }

    /// <summary>Where a camera's stream is, <c>rtsp://host[:port]/path</c>, without user name or password. Null elsewhere.</summary>
    public string? Stream { get; init; }

    /// <summary>Whether it is a bench's, and all that it sends is marked so.</summary>
    public bool IsBench { get; init; }

    /// <summary>Index of the <c>device</c> entry in force.</summary>
    public required long RegistryIndex { get; init; }

    /// <summary>Leaf hash of that entry: what an evidence entry names as <c>deviceLeaf</c>.</summary>
    public required Hash RegistryLeaf { get; init; }
}
