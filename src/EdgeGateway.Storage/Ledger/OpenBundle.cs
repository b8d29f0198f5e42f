using System.Buffers;
using System.Buffers.Binary;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>The bundle that is filling: up to 256 leaves and their private parts, readable while it grows. Not safe for several threads.</summary>
sealed class OpenBundle
{
    readonly ArrayBufferWriter<byte> _leaves = new(256 * 1024);
    readonly ArrayBufferWriter<byte> _payloads = new(512 * 1024);
    readonly int[] _leafEnds = new int[TilePath.FullWidth];
    readonly int[] _payloadEnds = new int[TilePath.FullWidth];

    /// <summary>Which bundle this is: entry n is in bundle n / 256.</summary>
    public long Number { get; private set; }

    public int Count { get; private set; }

    /// <summary>The entry bundle's bytes so far.</summary>
    public ReadOnlySpan<byte> Leaves => _leaves.WrittenSpan;

    public void Begin(long number)
    {
        Number = number;
        Count = 0;
        _leaves.ResetWrittenCount();
        _payloads.ResetWrittenCount();
    }

    public void Add(ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> privatePart)
    {
        EntryBundle.Append(_leaves, leaf);
        _payloads.Write(salt);
        _payloads.Write(privatePart);
        _leafEnds[Count] = _leaves.WrittenCount;
        _payloadEnds[Count] = _payloads.WrittenCount;
        Count++;
    }

    /// <summary>The payload bundle in two pieces: header and data. Only of a full bundle.</summary>
    public (byte[] Header, ReadOnlyMemory<byte> Data) Payloads()
    {
        var header = new byte[PayloadBundle.HeaderBytes];
        PayloadBundle.Magic.CopyTo(header);
        for (var i = 0; i < TilePath.FullWidth; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8 + 4 * i), _payloadEnds[i] - Start(_payloadEnds, i));
        }

        return (header, _payloads.WrittenMemory);
    }

    /// <summary>A copy of one entry, good for as long as anyone keeps it.</summary>
    public LedgerRecord Copy(int slot)
    {
        var leafStart = Start(_leafEnds, slot) + 2;
        var payloadStart = Start(_payloadEnds, slot);
        var payload = _payloads.WrittenSpan[payloadStart.._payloadEnds[slot]].ToArray();
        return new LedgerRecord(
            Number * TilePath.FullWidth + slot,
            _leaves.WrittenSpan[leafStart.._leafEnds[slot]].ToArray(),
            payload.AsMemory(0, LedgerRecord.SaltBytes),
            payload.AsMemory(LedgerRecord.SaltBytes));
    }

    static int Start(int[] ends, int slot) => slot == 0 ? 0 : ends[slot - 1];
}
