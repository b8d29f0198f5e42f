namespace EdgeGateway.Profiles;

/// <summary>Reads how a serial line's bytes are cut into messages.</summary>
static class FramingReader
{
    const int MaximumMarkBytes = 8;
    const long MaximumFrameBytes = 4096;

    static readonly Dictionary<string, Kind> Kinds = new(StringComparer.Ordinal)
    {
        ["hj212"] = Kind.Hj212,
        ["nmea"] = Kind.Nmea,
        ["delimiter"] = Kind.Delimiter,
        ["length"] = Kind.Length,
        ["modbus-rtu"] = Kind.ModbusRtu,
    };

    static readonly Dictionary<string, bool> Orders = new(StringComparer.Ordinal) { ["big"] = false, ["little"] = true };

    static readonly Dictionary<string, FrameChecksum> Checksums = new(StringComparer.Ordinal)
    {
        ["none"] = FrameChecksum.None,
        ["xor"] = FrameChecksum.Xor,
        ["sum"] = FrameChecksum.Sum,
        ["crc16-modbus"] = FrameChecksum.Crc16Modbus,
    };

    static readonly string[] PollKeys = ["timeout", "retries", "pause"];

    static readonly string[] LengthKeys = ["lengthAt", "lengthBytes", "lengthOrder", "lengthAdds", "checksum"];

    /// <returns>Null where something is wrong; HJ 212 where the profile names none.</returns>
    public static SerialFraming? Read(ProfileSection profile)
    {
        if (!profile.Has("framing")) return SerialFraming.Default;
        if (profile.Section("framing", "'framing'", ProfileKeys.Framing) is not { } section) return null;
        var kind = section.Choice("type", Kinds);
        foreach (var key in kind is null or Kind.ModbusRtu ? [] : PollKeys) section.RefuseIfPresent(key, "but for modbus-rtu");
        return kind switch
        {
            Kind.Hj212 => ReadStandard(section, new Hj212Framing()),
            Kind.Nmea => ReadStandard(section, new NmeaFraming()),
            Kind.Delimiter => ReadDelimiter(section),
            Kind.Length => ReadLength(section),
            Kind.ModbusRtu => ReadModbusRtu(section),
            _ => null,
        };
    }

    static SerialFraming ReadStandard(ProfileSection section, SerialFraming framing)
    {
        foreach (var key in (string[])["start", "end", "maximumFrame", .. LengthKeys]) section.RefuseIfPresent(key, "for hj212, nmea and modbus-rtu, which a standard lays down");
        return framing;
    }

    static SerialFraming? ReadModbusRtu(ProfileSection section)
    {
        var timeout = section.Has("timeout") ? section.Duration("timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30)) : TimeSpan.FromSeconds(1);
        var retries = section.Has("retries") ? section.Integer("retries", 0, 9) : 2;
        var pause = section.Has("pause") ? section.Duration("pause", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)) : TimeSpan.FromMilliseconds(5);
        return timeout is null || retries is null || pause is null ? null : ReadStandard(section, new ModbusRtuFraming(timeout.Value, retries.Value, pause.Value));
    }

    static DelimiterFraming? ReadDelimiter(ProfileSection section)
    {
        foreach (var key in LengthKeys) section.RefuseIfPresent(key, "for delimiter");
        var start = section.Hex("start", MaximumMarkBytes, required: false) ?? "";
        var end = section.Hex("end", MaximumMarkBytes);
        var maximum = section.Size("maximumFrame", MaximumFrameBytes);
        if (end is null || maximum is null) return null;
        if (start == end) section.Refuse("start", "'start' and 'end' must differ: leave 'start' out");
        if (maximum <= (start.Length + end.Length) / 2) section.Refuse("maximumFrame", "'maximumFrame' leaves no room between 'start' and 'end'");
        return new DelimiterFraming(start, end, (int)maximum.Value);
    }

    static LengthFraming? ReadLength(ProfileSection section)
    {
        section.RefuseIfPresent("end", "for length");
        var start = section.Hex("start", MaximumMarkBytes);
        var at = section.Integer("lengthAt", 0, 64);
        var bytes = section.Integer("lengthBytes", 1, 2);
        if (bytes == 1) section.RefuseIfPresent("lengthOrder", "for a length of one byte");
        var little = bytes == 2 ? section.Choice("lengthOrder", Orders) : false;
        var adds = section.Integer("lengthAdds", 0, 255);
        var checksum = section.Has("checksum") ? section.Choice("checksum", Checksums) : FrameChecksum.None;
        var maximum = section.Size("maximumFrame", MaximumFrameBytes);
        if (start is null || at is null || bytes is null || little is null || adds is null || checksum is null || maximum is null) return null;
        if (at < start.Length / 2) section.Refuse("lengthAt", "'lengthAt' must be behind 'start', counted from the frame's first byte");
        if (maximum < at + bytes) section.Refuse("maximumFrame", "'maximumFrame' must reach beyond the length");
        return new LengthFraming(start, at.Value, bytes.Value, little.Value, adds.Value, checksum.Value, (int)maximum.Value);
    }

    enum Kind
    {
        Hj212,
        Nmea,
        Delimiter,
        Length,
        ModbusRtu,
    }
}
