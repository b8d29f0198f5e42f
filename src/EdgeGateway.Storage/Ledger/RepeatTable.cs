using System.Numerics;
using System.Security.Cryptography;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Remembered entries by key, 88 bytes each: records in generations that are filled and dropped one after the other, and
/// chains through them that begin at a table of heads. A key has one record, its newest. Not safe for two threads.
/// </summary>
/// <param name="generations">How many are kept.</param>
/// <param name="size">Records of one.</param>
sealed class RepeatTable(int generations, int size)
{
    readonly Generation?[] _generations = new Generation?[generations];
    readonly int[] _heads = new int[BitOperations.RoundUpToPowerOf2((uint)(generations * size))];

    // Devices choose what the keys are made of: without a secret one could fill a single chain.
    readonly ulong _high = RandomOdd();
    readonly ulong _low = RandomOdd();
    int _next;

    public Remembered? Find(UInt128 key)
    {
        for (var link = Head(key); link != 0; link = Next(link))
        {
            ref readonly var record = ref Record(link);
            if (record.Key == key) return record.Entry;
        }

        return null;
    }

    /// <summary>Remembers it as the newest of all, in place of what the key had.</summary>
    public void Put(UInt128 key, in Remembered entry)
    {
        if (_next == generations * size) _next = 0;
        var generation = _next / size;
        if (_next % size == 0) Begin(generation);
        Unlink(key);
        var link = ++_next;
        Record(link) = new Remembering(key, entry);
        ref var head = ref Head(key);
        Next(link) = head;
        head = link;
    }

    void Begin(int generation)
    {
        if (_generations[generation] is null)
        {
            _generations[generation] = new Generation(GC.AllocateUninitializedArray<Remembering>(size), GC.AllocateUninitializedArray<int>(size));
            return;
        }

        for (var link = generation * size + 1; link <= (generation + 1) * size; link++) Unlink(Record(link).Key, link);
    }

    /// <summary>Takes a key's record out of its chain, or only the one given.</summary>
    void Unlink(UInt128 key, int only = 0)
    {
        ref var link = ref Head(key);
        while (link != 0)
        {
            if (only == 0 ? Record(link).Key == key : link == only)
            {
                link = Next(link);
                return;
            }

            link = ref Next(link);
        }
    }

    ref int Head(UInt128 key)
    {
        var mixed = unchecked((ulong)(key >> 64) * _high + (ulong)key * _low);
        return ref _heads[(int)(mixed >> 33) & (_heads.Length - 1)];
    }

    ref Remembering Record(int link) => ref _generations[(link - 1) / size]!.Records[(link - 1) % size];

    ref int Next(int link) => ref _generations[(link - 1) / size]!.Next[(link - 1) % size];

    static ulong RandomOdd() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    /// <param name="Next">Of each record the one behind it in its chain, counted from 1; 0 for none.</param>
    sealed record Generation(Remembering[] Records, int[] Next);

    /// <summary>Without room between: a carried entry's index is kept as its complement.</summary>
    readonly struct Remembering(UInt128 key, in Remembered entry)
    {
        public readonly UInt128 Key = key;
        readonly UInt128 _digest = entry.Digest;
        readonly long _index = entry.IsCarried ? ~entry.Index : entry.Index;
        readonly long _at = entry.AtMicroseconds;
        readonly Hash _leafHash = entry.LeafHash;

        public Remembered Entry => new(_digest, _index < 0 ? ~_index : _index, _at, _leafHash, _index < 0);
    }
}

/// <summary>A sealed entry as the window knows it.</summary>
/// <param name="IsCarried">Whether it is in a log before this one, and the index is of that one.</param>
readonly record struct Remembered(UInt128 Digest, long Index, long AtMicroseconds, Hash LeafHash, bool IsCarried = false)
{
    public DateTimeOffset At => DateTimeOffset.UnixEpoch.AddTicks(AtMicroseconds * TimeSpan.TicksPerMicrosecond);
}
