using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>What the write-ahead log, the state and the heads of a data directory say, read without changing anything.</summary>
/// <param name="Size">Entries that the log reaches to.</param>
/// <param name="Fault">What is wrong with them, or null.</param>
public sealed record LedgerTail(long Size, LogFault? Fault)
{
    /// <summary>A gateway that runs beside may replace the files while they are read: what is wrong twice is wrong.</summary>
    const int Tries = 3;

    /// <summary>Size of the tree that the state says was signed last; 0 where the state can't be read, which Inspect tells.</summary>
    public static long SignedSize(string data)
    {
        try
        {
            return StateFile.Read(new LedgerPaths(data).State).SignedSize;
        }
        catch (Exception e) when (e is LedgerCorruptException or IOException)
        {
            return 0;
        }
    }

    public static LedgerTail Inspect(string data) => Inspect(data, _ => null);

    /// <param name="check">
    /// Says in a sentence what is wrong with an entry that the log has, or null. It may see an entry more than once.
    /// </param>
    public static LedgerTail Inspect(string data, Func<LedgerRecord, string?> check)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return Read(new LedgerPaths(data), check);
            }
            catch (Exception e) when (e is LedgerCorruptException or IOException)
            {
                if (left == 0) return new LedgerTail(0, new LogFault("wal", null, e.Message));
            }
        }
    }

    static LedgerTail Read(LedgerPaths paths, Func<LedgerRecord, string?> check)
    {
        var state = StateFile.Read(paths.State);
        var heads = SubjectHeads.Read(paths.Heads);
        LogFault? fault = null;
        var scan = WalScan.Run(
            paths.Wal, state.FirstSegment, state.Size, new Frame(WalFormat.LargestFrameBytes), frame => fault ??= Check(frame, check));
        var known = Math.Max(state.SignedSize, Math.Max(heads.Size, state.Size));
        return scan.NextIndex >= known
            ? new LedgerTail(scan.NextIndex, fault)
            : throw new LedgerCorruptException(
                $"The log in '{paths.Wal}' ends before entry {scan.NextIndex}, but {known} entries are known to have been sealed.");
    }

    static LogFault? Check(Frame frame, Func<LedgerRecord, string?> check)
    {
        var index = frame.FirstIndex;
        foreach (var entry in frame.Entries)
        {
            var record = new LedgerRecord(
                index, frame.Leaf(entry).ToArray(), frame.Salt(entry).ToArray(), frame.PrivatePart(entry).ToArray());
            if (check(record) is { } wrong)
            {
                var name = $"wal/{WalFormat.SegmentName(frame.Segment)}";
                return new LogFault(name, index, $"Entry {index} in {name} is wrong: {wrong}");
            }

            index++;
        }

        return null;
    }
}
