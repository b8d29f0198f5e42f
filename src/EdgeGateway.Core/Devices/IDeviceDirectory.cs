namespace EdgeGateway.Devices;

/// <summary>The registered devices as the wires see them: immutable snapshots, replaced whole.</summary>
public interface IDeviceDirectory
{
    DeviceSnapshot Current { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced, on the thread that replaced it: return quickly.</summary>
    event Action? Changed;
}
