using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// Reads the log at start-up. A bad frame with a good one after it is corruption, because a frame is only written once the
/// one before it was synced; a bad last frame is a torn write, which nobody was told is safe: it is kept aside.
/// </summary>
static class WalScan
{
    /// <param name="firstSegment">The oldest one still needed; older ones are leftovers.</param>
    /// <param name="neededFrom">Frames that end before this entry are checked, but not visited.</param>
    /// <param name="frame">Of <see cref="WalFormat.LargestFrameBytes"/>; used again for each visit.</param>
    /// <param name="visit">Gets every other good frame in order.</param>
    /// <exception cref="LedgerCorruptException">Names segment and offset. The log was not changed.</exception>
    public static WalScanResult Run(string directory, long firstSegment, long neededFrom, Frame frame, Action<Frame> visit)
    {
        var segments = Segments(directory).Where(segment => segment >= firstSegment).ToList();
        if (segments.Count == 0 || segments[0] != firstSegment)
        {
            throw new LedgerCorruptException(
                $"The write-ahead log in '{directory}' lacks segment {WalFormat.SegmentName(firstSegment)}. Restore it from where it was moved to; entries in it may exist nowhere else.");
        }

        var result = default(WalScanResult);
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i] != firstSegment + i)
            {
                throw new LedgerCorruptException(
                    $"The write-ahead log in '{directory}' lacks segment {WalFormat.SegmentName(firstSegment + i)}. Restore it from where it was moved to; entries in it may exist nowhere else.");
            }

            var segment = WalSegment.Read(directory, segments[i], isLast: i == segments.Count - 1);
            if (i == 0 && segment.FirstIndex > neededFrom)
            {
                throw new LedgerCorruptException(
                    $"'{segment.Path}' begins with entry {segment.FirstIndex}, but entries from {neededFrom} on are needed: this log and this ledger do not belong together.");
            }

            if (i > 0 && (segment.Chain != result.End.Chain || segment.FirstIndex != result.NextIndex))
            {
                throw new LedgerCorruptException(
                    $"'{segment.Path}' does not follow the segment before it: that ends before entry {result.NextIndex}, this begins with {segment.FirstIndex}. A frame at the end of the segment before is damaged or missing.");
            }

            result = Run(segment, neededFrom, frame, visit);
        }

        return result;
    }

    /// <summary>The numbers of the segments that are there, in order.</summary>
    public static List<long> Segments(string directory) =>
        Directory.GetFiles(directory)
            .Select(Path.GetFileName)
            .Where(name => name!.Length == 16)
            .Select(name => long.TryParse(name, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var n) ? n : -1)
            .Where(segment => segment > 0)
            .Order()
            .ToList();

    static WalScanResult Run(WalSegment segment, long neededFrom, Frame frame, Action<Frame> visit)
    {
        var offset = WalFormat.BlockBytes;
        var index = segment.FirstIndex;
        var chain = segment.Chain;
        while (true)
        {
            var bytes = segment.From(offset);
            var finding = FrameReader.Look(bytes, segment.Number, index, chain, out var length);
            if (finding != FrameReader.Finding.Good)
            {
                segment.RefuseUnlessLast(finding, offset, index);
                var torn = finding == FrameReader.Finding.Bad ? segment.TornLength(offset) : 0;
                return new WalScanResult(new WalPosition(segment.Number, offset, chain), index, torn);
            }

            var blocks = bytes[..length];
            index += FrameReader.Count(blocks);
            chain = new Hash(blocks[^Hash.Length..]);
            if (index > neededFrom)
            {
                FrameReader.Restore(blocks, frame, $"'{segment.Path}' at offset {offset}");
                visit(frame);
            }

            offset += WalFormat.Aligned(length);
        }
    }
}

/// <param name="End">Where the next frame goes.</param>
/// <param name="NextIndex">The entry that comes next.</param>
/// <param name="TornBytes">How many bytes of a torn frame lie at <paramref name="End"/>.</param>
readonly record struct WalScanResult(WalPosition End, long NextIndex, int TornBytes);
