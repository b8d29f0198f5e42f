using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// What a log before this one knew of repeats, <c>ledger/carried</c>: records as in <c>repeats/</c>, their indices those of
/// the log that holds the entry. Written once, when the log is opened; a message that the last log sealed is so not sealed
/// again by the next.
/// </summary>
public static class CarriedRepeats
{
    public const int RecordBytes = RepeatFiles.RecordBytes;

    /// <summary>The largest window that a gateway may be set to; of what more is known the newest are carried.</summary>
    public const int MaximumRecords = 4_000_000;

    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>
    /// All that a log knows, for the next one, at most <see cref="MaximumRecords"/>; <paramref name="size"/> leaves out what is behind it. Reads files only, also
    /// beside a gateway that runs.
    /// </summary>
    /// <param name="data">The data directory of a ledger that has just been signed at this size, or closed.</param>
    public static byte[] Collect(string data, long size)
    {
        var paths = new LedgerPaths(data);
        var kept = new List<byte[]>();
        var next = 0L;
        Take(paths.Carried, long.MaxValue, kept, ref next);
        next = 0;
        if (Directory.Exists(paths.Repeats))
        {
            foreach (var file in Directory.GetFiles(paths.Repeats).Order(StringComparer.Ordinal)) Take(file, size, kept, ref next);
        }

        // A start cuts the files back to the state and leaves the rest to the log: what is there only comes from there.
        if (File.Exists(paths.State) && Directory.Exists(paths.Wal)) TakeFromLog(paths, size, kept, next);
        return [.. kept.TakeLast(MaximumRecords).SelectMany(record => record)];
    }

    /// <summary>
    /// Of records from elsewhere, a backup, those that their entries confirm: one that is made up would have a message taken for
    /// a repeat of what was never sealed. Of each entry there is one, and of all the newest <paramref name="capacity"/>. What is left out,
    /// also because its private part was erased, may be sealed twice.
    /// </summary>
    /// <param name="records">Read once; no more than what is kept is held.</param>
    /// <param name="logs">Those that the indices may be of, the newest first.</param>
    /// <param name="given">How many records there were.</param>
    public static byte[] Confirmed(Stream records, IReadOnlyList<ILedgerReader> logs, int capacity, out long given)
    {
        var bundles = logs.Select(log => new LastBundle(log)).ToList();
        var kept = new SortedDictionary<(int Log, long Index), SealedRepeat>();

        // Known before its entry is read again: the same record a million times costs little more than once.
        var known = new HashSet<(long Index, Hash LeafHash)>();
        var bytes = new byte[RecordBytes];
        for (given = 0; records.ReadAtLeast(bytes, RecordBytes, throwOnEndOfStream: false) == RecordBytes; given++)
        {
            if (!RepeatFiles.TryDecode(bytes, out var record) || known.Contains((record.Index, record.LeafHash))) continue;
            var log = bundles.FindIndex(bundle => bundle.Confirms(record));
            if (log < 0) continue;
            known.Add((record.Index, record.LeafHash));
            kept.Add((-log, record.Index), record);
            if (kept.Count <= capacity) continue;
            var (place, oldest) = kept.First();
            kept.Remove(place);
            known.Remove((oldest.Index, oldest.LeafHash));
        }

        var confirmed = new byte[kept.Count * RecordBytes];
        var at = 0;
        foreach (var record in kept.Values) RepeatFiles.Encode(record, confirmed.AsSpan(RecordBytes * at++));
        return confirmed;
    }

    public static void Write(string path, ReadOnlySpan<byte> records)
    {
        if (records.IsEmpty) return;
        DurableDirectory.Create(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, records, Mode);
    }

    /// <summary>Where a data directory keeps them.</summary>
    public static string PathIn(string data) => new LedgerPaths(data).Carried;

    internal static void Load(string path, RepeatWindow window)
    {
        if (!File.Exists(path)) return;
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at + RepeatFiles.RecordBytes <= bytes.Length; at += RepeatFiles.RecordBytes)
        {
            if (RepeatFiles.TryDecode(bytes.AsSpan(at, RepeatFiles.RecordBytes), out var record))
                window.Remember(record.Identity, record.Index, record.At, record.LeafHash, carried: true);
        }
    }

    static void Take(string path, long size, List<byte[]> kept, ref long next)
    {
        if (!File.Exists(path)) return;
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at + RepeatFiles.RecordBytes <= bytes.Length; at += RepeatFiles.RecordBytes)
        {
            var record = bytes.AsSpan(at, RepeatFiles.RecordBytes);
            if (!RepeatFiles.TryDecode(record, out var read) || read.Index >= size) continue;
            kept.Add(record.ToArray());
            next = read.Index + 1;
        }
    }

    static void TakeFromLog(LedgerPaths paths, long size, List<byte[]> kept, long next)
    {
        var state = StateFile.Read(paths.State);
        WalScan.Run(paths.Wal, state.FirstSegment, state.Size, new Frame(WalFormat.LargestFrameBytes), frame =>
        {
            var index = frame.FirstIndex;
            foreach (ref readonly var entry in frame.Entries)
            {
                if (index >= next && index < size && entry.Repeat is { } repeat)
                {
                    var record = new byte[RepeatFiles.RecordBytes];
                    RepeatFiles.Encode(new SealedRepeat(repeat, index, entry.At, entry.LeafHash), record);
                    kept.Add(record);
                }

                index++;
            }
        });
    }

    /// <summary>A log's entries as they are asked for here, mostly in order.</summary>
    sealed class LastBundle(ILedgerReader log)
    {
        long _from = -1;
        IReadOnlyList<LedgerRecord> _records = [];

        public bool Confirms(in SealedRepeat record)
        {
            if (record.Index < 0 || record.Index >= log.Size) return false;
            var from = record.Index / TilePath.FullWidth * TilePath.FullWidth;
            if (from != _from) _records = log.Read(_from = from, TilePath.FullWidth);
            using var entry = EntryView.Parse(_records[(int)(record.Index - from)]);
            return entry.LeafHash == record.LeafHash && entry.At == record.At && RepeatIdentity.Of(entry, record.Identity.Window) == record.Identity;
        }
    }
}
