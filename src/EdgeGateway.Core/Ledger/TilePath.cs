using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>
/// The name of a tile or entry bundle below a log's prefix (C2SP tlog-tiles): <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c> or
/// <c>tile/entries/&lt;N&gt;[.p/&lt;W&gt;]</c>, with N in groups of three digits, e.g. <c>tile/0/x001/x234/067.p/8</c>.
/// </summary>
public readonly record struct TilePath
{
    /// <summary>Hashes in a full tile, entries in a full bundle.</summary>
    public const int FullWidth = 256;

    /// <summary>Bytes of a full tile.</summary>
    public const int FullBytes = FullWidth * Hash.Length;

    const int EntriesLevel = -1;
    const int MaximumLevel = 63;
    const int MaximumLength = 64;

    readonly int _level;
    readonly int _missing;

    TilePath(int level, long number, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        _level = level;
        Number = number;
        _missing = FullWidth - width;
    }

    /// <summary>Whether it holds entries, and not hashes.</summary>
    public bool HoldsEntries => _level == EntriesLevel;

    /// <summary>0 to 63; 0 for a bundle, whose entries are those that the tile of the same number hashes.</summary>
    public int Level => Math.Max(_level, 0);

    /// <summary>Position within the level, from 0.</summary>
    public long Number { get; }

    /// <summary>1 to 256 hashes or entries.</summary>
    public int Width => FullWidth - _missing;

    public bool IsPartial => _missing > 0;

    /// <summary>The same tile once it is full.</summary>
    public TilePath Full => new(_level, Number, FullWidth);

    /// <summary>The first entry below it.</summary>
    internal long FirstEntry => Number << ((Level + 1) * TileMath.LevelHeight);

    public static TilePath ForHashes(int level, long number, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaximumLevel);
        return new TilePath(level, number, width);
    }

    public static TilePath ForEntries(long number, int width = FullWidth) => new(EntriesLevel, number, width);

    public override string ToString()
    {
        var text = new StringBuilder("tile/");
        if (HoldsEntries) text.Append("entries");
        else text.Append(CultureInfo.InvariantCulture, $"{_level}");

        var groups = new Stack<long>();
        var rest = Number;
        do
        {
            groups.Push(rest % 1000);
            rest /= 1000;
        }
        while (rest > 0);

        while (groups.TryPop(out var group)) text.Append(groups.Count > 0 ? "/x" : "/").Append(CultureInfo.InvariantCulture, $"{group:000}");
        if (IsPartial) text.Append(CultureInfo.InvariantCulture, $".p/{Width}");
        return text.ToString();
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes: one spelling for each tile, and nothing else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TilePath path)
    {
        path = default;
        if (text is not { Length: <= MaximumLength }) return false;
        var parts = text.Split('/');
        if (parts.Length < 3 || parts[0] != "tile") return false;

        var level = (long)EntriesLevel;
        if (parts[1] != "entries" && (!CanonicalText.TryReadDecimal(parts[1], out level) || level > MaximumLevel)) return false;

        var groups = parts.AsSpan(2);
        var width = (long)FullWidth;
        if (groups is [.., var last, var widthText] && last.EndsWith(".p", StringComparison.Ordinal))
        {
            if (!CanonicalText.TryReadDecimal(widthText, out width) || width is < 1 or >= FullWidth) return false;
            groups = groups[..^1];
            groups[^1] = last[..^2];
        }

        if (!TryReadNumber(groups, out var number)) return false;
        path = new TilePath((int)level, number, (int)width);
        return true;
    }

    static bool TryReadNumber(ReadOnlySpan<string> groups, out long number)
    {
        var digits = new StringBuilder();
        number = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            var group = groups[i].AsSpan();
            if (i < groups.Length - 1)
            {
                if (group is not ['x', ..]) return false;
                group = group[1..];
            }

            if (group.Length != 3 || group.ContainsAnyExceptInRange('0', '9')) return false;
            if (i == 0 && groups.Length > 1 && group is "000") return false;
            digits.Append(group);
        }

        return long.TryParse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
