using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>How a ledger is kept.</summary>
public sealed record LedgerSettings
{
    /// <summary>The data directory.</summary>
    public required string Data { get; init; }

    /// <summary>The ledger's name, e.g. <c>station-01.example</c>; counts only when it is made.</summary>
    public required string Origin { get; init; }

    /// <summary>IANA name; counts only when the ledger is made.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Bytes of a log segment; a start after a crash reads at most three of them.</summary>
    public int SegmentBytes { get; init; } = 16 << 20;

    /// <summary>Entries that wait for the writer; when it is full, whoever submits waits.</summary>
    public int QueueLength { get; init; } = 4096;

    /// <summary>How many sealed identities and digests are remembered, to know repeats.</summary>
    public int RepeatEntries { get; init; } = 262_144;

    /// <summary>Free bytes on the disk below which nothing more is sealed, so that what was sealed can still be put in order.</summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Where the recovery key of a new ledger is written, durably before entry 0; null for <see cref="LedgerKeys.RecoveryPath"/>.
    /// </summary>
    public string? RecoveryKeyFile { get; init; }

    /// <summary>A directory on another disk that keeps what was signed last, against a data directory that is set back; null for none.</summary>
    public string? SecondPlace { get; init; }

    /// <summary>Whether nothing is signed while the second place can't be read and written.</summary>
    public bool SecondPlaceRequired { get; init; }

    /// <summary>The recovery key from paper, to close a log whose own key is lost: it signs the last checkpoint in its place.</summary>
    public SigningKey? RecoveryKey { get; init; }

    /// <summary>What a ledger that is made here goes on from; null makes a first one.</summary>
    public Successor? Successor { get; init; }

    public const int SmallestSegmentBytes = 1 << 20;

    public const int LargestSegmentBytes = 1 << 30;

    internal int FrameBytes => Math.Min(WalFormat.LargestFrameBytes, SegmentBytes / 4);

    /// <exception cref="ArgumentOutOfRangeException">Names the setting, its value and its range.</exception>
    internal void Check()
    {
        Within(SegmentBytes, SmallestSegmentBytes, LargestSegmentBytes, nameof(SegmentBytes));
        Within(QueueLength, 1, 1 << 20, nameof(QueueLength));
        Within(RepeatEntries, RepeatWindow.Generations, 1 << 24, nameof(RepeatEntries));
        Within(ReserveBytes, 0, long.MaxValue / 4, nameof(ReserveBytes));
    }

    static void Within(long value, long from, long to, string name)
    {
        if (value < from || value > to)
            throw new ArgumentOutOfRangeException(name, value, $"The ledger's {name} lies between {from} and {to}.");
    }
}
