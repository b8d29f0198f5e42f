using System.Buffers.Binary;
using System.Collections.Concurrent;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Cuts private parts out of payload bundles, and hides those that can't be cut out yet. Safe for any number of threads.
/// Erasing twice is erasing once, so whatever a crash cut short is simply asked for again.
/// </summary>
/// <param name="size">Entries of a log that is closed, whose last bundle may be partial; without it, of one that is written.</param>
sealed class ErasedParts(LedgerPaths paths, long size = long.MaxValue)
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly Lock _lock = new();
    readonly ConcurrentDictionary<long, byte> _hidden = new();
    volatile bool _hides;

    static ReadOnlySpan<byte> Magic => "EGWERA1\n"u8;

    /// <param name="durable">Bundles of entries below this are the only ones that may be written again.</param>
    /// <returns>Those behind it.</returns>
    public IReadOnlyList<long> Erase(IReadOnlyCollection<long> indices, long durable)
    {
        lock (_lock)
        {
            foreach (var index in indices) _hidden[index] = 0;
            _hides = true;
            var pending = new List<long>();
            foreach (var bundle in indices.GroupBy(index => index / TilePath.FullWidth))
            {
                if ((bundle.Key + 1) * TilePath.FullWidth > durable)
                {
                    pending.AddRange(bundle);
                    continue;
                }

                Cut(paths.Payloads(bundle.Key, (int)Math.Min(TilePath.FullWidth, size - bundle.Key * TilePath.FullWidth)), bundle.Select(index => (int)(index % TilePath.FullWidth)).ToHashSet());
                foreach (var index in bundle) _hidden.TryRemove(index, out _);
            }

            _hides = !_hidden.IsEmpty;
            return pending;
        }
    }

    public void Hide(List<LedgerRecord> records)
    {
        if (!_hides) return;
        for (var i = 0; i < records.Count; i++)
        {
            if (_hidden.ContainsKey(records[i].Index)) records[i] = records[i] with { Salt = default, PrivatePart = default };
        }
    }

    /// <summary>0 where the file is missing or damaged: then the tombstones are all looked at again.</summary>
    public long ReadPosition()
    {
        try
        {
            var bytes = CheckedFile.Read(paths.Erasures, Magic);
            return bytes.Length == 16 ? BinaryPrimitives.ReadInt64BigEndian(bytes.Span[8..]) : 0;
        }
        catch (LedgerCorruptException)
        {
            return 0;
        }
    }

    public void WritePosition(long position)
    {
        var bytes = new byte[16 + Hash.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), position);
        CheckedFile.Write(paths.Erasures, bytes);
    }

    static void Cut(string path, HashSet<int> slots)
    {
        // A write that a crash cut off holds private parts too, perhaps those that go now.
        var directory = Path.GetDirectoryName(path)!;
        foreach (var leftover in Directory.GetFiles(directory, $".{Path.GetFileName(path)}.*.tmp")) File.Delete(leftover);
        var bundle = File.ReadAllBytes(path);
        if (slots.All(slot => PayloadBundle.Locate(bundle, slot, path).Length == 0))
        {
            // Whoever replaced it may have died before its name was durable, and a power cut would bring the old one back.
            DurableDirectory.Sync(directory);
            return;
        }

        AtomicFile.Write(path, PayloadBundle.Without(bundle, slots, path), Mode);
    }
}
