using System.Buffers.Binary;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Modbus;

/// <summary>A request that reads, and what an answer to it looks like (MODBUS over Serial Line V1.02 section 2.5.1). Pure.</summary>
public static class ModbusRequest
{
    public const int Bytes = 8;

    /// <summary>Address, function, checksum, and one byte between: the shortest answer there is.</summary>
    public const int ExceptionBytes = 5;

    const int ExceptionFlag = 0x80;

    /// <param name="unit">The slave's address, 1 to 247.</param>
    public static byte[] Of(int unit, ModbusPoll poll)
    {
        var request = new byte[Bytes];
        request[0] = (byte)unit;
        request[1] = (byte)poll.Function;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), (ushort)poll.Address);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), (ushort)poll.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), Checksums.Crc16Modbus(request.AsSpan(0, 6)));
        return request;
    }

    /// <summary>Where the answer to a request stands in what came after it; whatever stands before it is none.</summary>
    /// <returns>Null where there is none that is whole and has a right checksum.</returns>
    public static Range? FindAnswer(ReadOnlySpan<byte> request, ReadOnlySpan<byte> received)
    {
        for (var at = 0; at + ExceptionBytes <= received.Length; at++)
        {
            if (AnswerAt(request, received[at..]) is { } length) return at..(at + length);
        }

        return null;
    }

    /// <summary>How long the answer is that these bytes begin with; null where they begin with none that is whole and has a right checksum.</summary>
    public static int? AnswerAt(ReadOnlySpan<byte> request, ReadOnlySpan<byte> received) =>
        AnswerLength(request, received) is { } length && length <= received.Length && Checksums.IsRight(FrameChecksum.Crc16Modbus, received[..length]) ? length : null;

    /// <summary>Whether something stands there that begins as the answer would: then it was damaged, or cut off.</summary>
    public static bool HasBeginning(ReadOnlySpan<byte> request, ReadOnlySpan<byte> received)
    {
        for (var at = 0; at + 3 <= received.Length; at++)
        {
            if (AnswerLength(request, received[at..]) is not null) return true;
        }

        return false;
    }

    public static bool IsException(ReadOnlySpan<byte> answer) => (answer[1] & ExceptionFlag) != 0;

    /// <summary>How long an answer is that begins like this; null where it is no answer to the request.</summary>
    static int? AnswerLength(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
    {
        if (answer.Length < 3 || answer[0] != request[0]) return null;
        if (answer[1] == (request[1] | ExceptionFlag)) return ExceptionBytes;
        return DataBytes(request) is { } data && answer[1] == request[1] && answer[2] == data ? ExceptionBytes + data : null;
    }

    /// <summary>Null where the request asks for nothing, or for more than an answer can hold.</summary>
    static int? DataBytes(ReadOnlySpan<byte> request)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(request[4..]);
        var function = (ModbusFunction)request[1];
        if (count == 0 || count > ModbusPoll.MaximumCount(function)) return null;
        return ModbusPoll.IsOfBits(function) ? (count + 7) / 8 : 2 * count;
    }
}
