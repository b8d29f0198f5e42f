using System.Buffers.Binary;
using System.Globalization;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>A request and its answer, one behind the other: what is sealed, since an answer alone does not say what it is of.</summary>
public sealed class ModbusExchange
{
    readonly ReadOnlyMemory<byte> _bytes;

    ModbusExchange(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    public int Unit => _bytes.Span[0];

    public int Function => _bytes.Span[1];

    public int Address => BinaryPrimitives.ReadUInt16BigEndian(_bytes.Span[2..]);

    public int Count => BinaryPrimitives.ReadUInt16BigEndian(_bytes.Span[4..]);

    /// <summary>The slave's reason for not answering (MODBUS Application Protocol V1.1b3 section 7); null where it did.</summary>
    public int? Exception => ModbusRequest.IsException(Answer) ? Answer[2] : null;

    ReadOnlySpan<byte> Answer => _bytes.Span[ModbusRequest.Bytes..];

    /// <summary>False for whatever is not one request with a right checksum and one answer to it.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out ModbusExchange exchange)
    {
        exchange = new(bytes);
        var span = bytes.Span;
        if (span.Length is < ModbusRequest.Bytes + ModbusRequest.ExceptionBytes or > ModbusPoll.MaximumExchangeBytes) return false;
        if (span[1] is < (byte)ModbusFunction.ReadCoils or > (byte)ModbusFunction.ReadInputRegisters) return false;
        var request = span[..ModbusRequest.Bytes];
        var answer = span[ModbusRequest.Bytes..];
        return Checksums.IsRight(FrameChecksum.Crc16Modbus, request)
            && ModbusRequest.FindAnswer(request, answer) is { } found && found.Equals(0..answer.Length);
    }

    /// <summary>What a rule reads: <see cref="ParseVerdict.Failed"/> for an exception, and for bytes that are no exchange of its poll.</summary>
    public static Interpretation Read(MessageRule rule, ReadOnlyMemory<byte> bytes)
    {
        if (!TryParse(bytes, out var exchange) || exchange.Exception is not null || !exchange.IsOf(rule.Poll)) return new Interpretation { Verdict = ParseVerdict.Failed };
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, point) in rule.Fields)
        {
            if (rule.Points.FirstOrDefault(candidate => candidate.Name == point) is { } found && exchange.Value(found) is { } value) fields[name] = value;
        }

        return new Interpretation { Verdict = ParseVerdict.Ok, Fields = fields };
    }

    public bool IsOf(ModbusPoll? poll) => poll is not null && Function == (int)poll.Function && Address == poll.Address && Count == poll.Count;

    /// <summary>A point's number, scaled, in plain digits.</summary>
    /// <returns>Null for a point that is not in this exchange, and for a float that is no number.</returns>
    public string? Value(ModbusPoint point)
    {
        var at = point.Address - Address;
        if (Exception is not null || at < 0 || at + point.Width > Count || point.Type == ModbusType.Bit != ModbusPoll.IsOfBits((ModbusFunction)Function)) return null;
        var data = Answer[3..^2];
        if (point.Type == ModbusType.Bit) return (data[at / 8] >> (at % 8) & 1) == 0 ? "0" : "1";

        Span<byte> bytes = stackalloc byte[4];
        Ordered(data.Slice(2 * at, 2 * point.Width), point.Order, bytes);
        return point.Type switch
        {
            ModbusType.UInt16 => Scaled(BinaryPrimitives.ReadUInt16BigEndian(bytes)),
            ModbusType.Int16 => Scaled(BinaryPrimitives.ReadInt16BigEndian(bytes)),
            ModbusType.UInt32 => Scaled(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
            ModbusType.Int32 => Scaled(BinaryPrimitives.ReadInt32BigEndian(bytes)),
            _ => Float(BinaryPrimitives.ReadSingleBigEndian(bytes)),
        };

        string Scaled(decimal number) => (number * point.Scale).ToString(CultureInfo.InvariantCulture);

        // Beyond what a decimal holds, and for a scale of 1, as the float itself is written.
        string? Float(float number) =>
            !float.IsFinite(number) ? null
            : point.Scale == 1 || Math.Abs(number) is > 1e18f or < 1e-18f ? (number * (double)point.Scale).ToString("R", CultureInfo.InvariantCulture)
            : Scaled((decimal)number);
    }

    /// <summary>The bytes of a value, highest first.</summary>
    static void Ordered(ReadOnlySpan<byte> registers, ModbusOrder order, Span<byte> bytes)
    {
        registers.CopyTo(bytes);
        if (registers.Length == 4 && order is ModbusOrder.LowFirst or ModbusOrder.LowFirstSwapped) (bytes[0], bytes[1], bytes[2], bytes[3]) = (bytes[2], bytes[3], bytes[0], bytes[1]);
        if (order is ModbusOrder.HighFirst or ModbusOrder.LowFirst) return;
        for (var i = 0; i + 1 < registers.Length; i += 2) (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
    }
}
