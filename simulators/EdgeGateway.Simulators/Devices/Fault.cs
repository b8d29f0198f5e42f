namespace EdgeGateway.Simulators.Devices;

/// <summary>Something that goes wrong with one message.</summary>
/// <param name="Copies">Duplicate storm: how many times more the message is sent.</param>
/// <param name="Pause">Lost connection, reconnect, unplug: how long the device stays away.</param>
/// <param name="Bit">Bit flip: which bit of the frame's data segment, already within it.</param>
readonly record struct Fault(FaultKind Kind, int Copies = 0, TimeSpan Pause = default, int Bit = 0);

enum FaultKind
{
    /// <summary>Serial: one bit of the frame is another one the first time it is sent.</summary>
    BitFlip,

    /// <summary>Half of the frame or packet is written; then silence (serial) or a connection reset (MQTT).</summary>
    HalfFrame,

    /// <summary>The same message many times over.</summary>
    DuplicateStorm,

    /// <summary>MQTT: the connection is reset, with acknowledgements still to come.</summary>
    LostConnection,

    /// <summary>MQTT: a clean DISCONNECT and a new connection.</summary>
    Reconnect,

    /// <summary>The device's own time jumps, right after the message, and stays off from then on.</summary>
    ClockStep,

    /// <summary>Serial: the plug is pulled before the message, and put back after a while.</summary>
    Unplug,

    /// <summary>Clips: the next one is the last that fits until all that the device holds are sealed.</summary>
    FullDisk,

    /// <summary>After the message an old one that was acknowledged is sent once more, byte for byte.</summary>
    Replay,

    /// <summary>MQTT: the device's secret is withdrawn after the message, and it goes on signing in with it.</summary>
    Decommissioned,
}
