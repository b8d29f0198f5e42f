namespace EdgeGateway.Simulators.Devices;

/// <summary>Something that goes wrong with one message.</summary>
/// <param name="Copies">Duplicate storm: how many times more the message is sent.</param>
/// <param name="Pause">Lost connection, reconnect: how long the device stays away.</param>
/// <param name="Step">Clock step: by how much.</param>
/// <param name="Bit">Bit flip: which bit of the frame's data segment, already within it.</param>
readonly record struct Fault(FaultKind Kind, int Copies = 0, TimeSpan Pause = default, int Bit = 0, TimeSpan Step = default);

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

    /// <summary>MQTT: a message of before is sent again, byte for byte.</summary>
    Replay,

    /// <summary>MQTT: the device's own clock is another from the next message on.</summary>
    ClockStep,
}
