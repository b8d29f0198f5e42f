namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>A piece of what came over a line. All pieces in order are the line's bytes, none left out.</summary>
/// <param name="Bytes">Its own copy: a whole frame from <c>##</c> to CR LF, or noise of 1 to <see cref="Hj212Framer.MaximumNoiseBytes"/> bytes.</param>
public readonly record struct Hj212Chunk(Hj212ChunkKind Kind, ReadOnlyMemory<byte> Bytes);

public enum Hj212ChunkKind
{
    /// <summary>A frame whose checksum is right.</summary>
    Frame,

    /// <summary>Has the form of a frame, and a wrong checksum.</summary>
    WrongCrc,

    /// <summary>Bytes that are no part of a frame.</summary>
    Noise,
}
