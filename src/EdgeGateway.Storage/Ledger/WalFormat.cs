namespace EdgeGateway.Storage.Ledger;

/// <summary>
/// The write-ahead log on disk (docs/ledger-format.md section 6). Segments are preallocated files of blocks; block 0 is
/// the segment's header, every frame begins on a block. A frame is one group commit: it is written once, then synced, and
/// no block that holds a synced byte is ever written again, so a torn write can only hurt what nobody was told is safe.
/// </summary>
static class WalFormat
{
    public const int BlockBytes = 4096;

    public const int Version = 1;

    /// <summary>Begins with a byte that UTF-8 never holds: no leaf or private part can imitate a frame.</summary>
    public static ReadOnlySpan<byte> FrameMagic => [0xF5, (byte)'E', (byte)'G', (byte)'W'];

    public static ReadOnlySpan<byte> SegmentMagic => [0xF5, (byte)'E', (byte)'G', (byte)'W', (byte)'S', (byte)'E', (byte)'G', Version];

    /// <summary>A frame is at most this large on disk, whatever the size of the segments.</summary>
    public const int LargestFrameBytes = 4 << 20;

    public const int FrameHeaderBytes = 64;
    public const int FrameTrailerBytes = 32;

    public const int EntryHeaderBytes = 8 + 32;

    /// <summary>Key 16, digest 16, window in seconds 4.</summary>
    public const int RepeatBytes = 36;

    public const ushort HasRepeat = 1;
    public const ushort RepeatHasId = 2;

    public static int Aligned(int length) => (length + BlockBytes - 1) / BlockBytes * BlockBytes;

    /// <summary>Names sort in the order of the numbers.</summary>
    public static string SegmentName(long segment) => segment.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
