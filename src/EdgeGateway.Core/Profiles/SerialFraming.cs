namespace EdgeGateway.Profiles;

/// <summary>How the bytes of a serial line are cut into messages. Equal where every part is.</summary>
/// <param name="MaximumFrameBytes">The longest frame, its beginning and end included.</param>
public abstract record SerialFraming(int MaximumFrameBytes)
{
    /// <summary>What a profile that names none has.</summary>
    public static readonly SerialFraming Default = new Hj212Framing();
}

/// <summary>HJ 212-2017 section 6.2: 6 bytes of header, up to 1,024 of data, 4 of checksum, CR LF.</summary>
public sealed record Hj212Framing() : SerialFraming(1036);

/// <summary>Sentences of NMEA 0183 (IEC 61162-1): <c>$</c>, fields, <c>*</c>, checksum, CR LF. The standard allows 82 bytes; receivers write more.</summary>
public sealed record NmeaFraming() : SerialFraming(128);

/// <summary>
/// Modbus RTU (MODBUS over Serial Line V1.02): nothing comes that was not asked for, and what was asked says how long its answer is.
/// </summary>
/// <param name="Timeout">How long an answer may take to be whole.</param>
/// <param name="Retries">How often a slave that answered before is asked again at once.</param>
/// <param name="Pause">What the line rests before each request; at least 3.5 characters.</param>
public sealed record ModbusRtuFraming(TimeSpan Timeout, int Retries, TimeSpan Pause) : SerialFraming(ModbusPoll.MaximumExchangeBytes);

/// <summary>A frame ends where a fixed run of bytes stands, and may have to begin with another.</summary>
/// <param name="Start">In upper-case hexadecimal; empty where a frame begins right behind the one before it.</param>
/// <param name="End">In upper-case hexadecimal, at least one byte. Neither occurs in the middle of a frame.</param>
public sealed record DelimiterFraming(string Start, string End, int MaximumFrameBytes) : SerialFraming(MaximumFrameBytes);

/// <summary>A frame begins with a fixed run of bytes and says how long it is.</summary>
/// <param name="Start">In upper-case hexadecimal, at least one byte.</param>
/// <param name="LengthAt">Where the length stands, in bytes from the frame's first.</param>
/// <param name="LengthBytes">1 or 2.</param>
/// <param name="LittleEndian">Of a length of two bytes: low byte first.</param>
/// <param name="LengthAdds">The whole frame has so many bytes more than its length says.</param>
public sealed record LengthFraming(
    string Start, int LengthAt, int LengthBytes, bool LittleEndian, int LengthAdds, FrameChecksum Checksum, int MaximumFrameBytes)
    : SerialFraming(MaximumFrameBytes);

/// <summary>The last bytes of a frame, computed over all before them.</summary>
public enum FrameChecksum
{
    None,

    /// <summary>One byte: all others, exclusive or.</summary>
    Xor,

    /// <summary>One byte: the sum of all others, modulo 256.</summary>
    Sum,

    /// <summary>Two bytes, low byte first: CRC-16 as Modbus has it (polynomial A001, reflected, from FFFF).</summary>
    Crc16Modbus,
}
