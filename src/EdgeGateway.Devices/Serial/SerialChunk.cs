namespace EdgeGateway.Devices.Serial;

/// <summary>A piece of what came over a line. All pieces in order are the line's bytes, none left out.</summary>
/// <param name="Bytes">Its own copy: a whole frame with its beginning and end, or noise of 1 to <see cref="SerialFramers.MaximumNoiseBytes"/> bytes.</param>
public readonly record struct SerialChunk(SerialChunkKind Kind, ReadOnlyMemory<byte> Bytes);

public enum SerialChunkKind
{
    /// <summary>A frame whose checksum is right, or whose framing has none.</summary>
    Frame,

    /// <summary>Has the form of a frame, and a wrong checksum.</summary>
    WrongChecksum,

    /// <summary>Bytes that are no part of a frame.</summary>
    Noise,
}
