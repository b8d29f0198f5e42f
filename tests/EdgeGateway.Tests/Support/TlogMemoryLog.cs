using System.Buffers;
using System.Text;
using EdgeGateway.Ledger;

namespace EdgeGateway.Support;

/// <summary>A log's files by path, built entry by entry as a writer would, with partial files for the last size only.</summary>
sealed class TlogMemoryLog
{
    /// <summary>The 70,000 entries <c>entry-0</c>, <c>entry-1</c>, …; not to be tampered with.</summary>
    public static readonly Lazy<TlogMemoryLog> Large =
        new(() => Build(Enumerable.Range(0, 70_000).Select(i => Encoding.ASCII.GetBytes($"entry-{i}"))));

    public required Dictionary<string, byte[]> Files { get; init; }

    public required long Size { get; init; }

    public required Hash Root { get; init; }

    /// <summary>The root of each size up to the last.</summary>
    public required List<Hash> Roots { get; init; }

    public required List<byte[]> Bundles { get; init; }

    public required List<List<byte[]>> Levels { get; init; }

    public Checkpoint Checkpoint => new("example.com/log", Size, Root);

    /// <summary>Entry i is the ASCII text <c>entry-i</c>.</summary>
    public static TlogMemoryLog OfTexts(int count) => Large.Value.At(count);

    public static TlogMemoryLog Build(IEnumerable<byte[]> entries)
    {
        var range = new CompactRange();
        var roots = new List<Hash> { range.Root() };
        var levels = new List<List<byte[]>> { new() };
        var bundles = new List<byte[]>();
        var completed = new Hash[CompactRange.MaximumTileHashes];
        foreach (var entry in entries)
        {
            var bundle = new ArrayBufferWriter<byte>();
            EntryBundle.Append(bundle, entry);
            bundles.Add(bundle.WrittenSpan.ToArray());

            var leaf = Merkle.LeafHash(entry);
            levels[0].Add(leaf.ToArray());
            var count = range.Append(leaf, completed);
            for (var i = 0; i < count; i++)
            {
                if (levels.Count <= i + 1) levels.Add([]);
                levels[i + 1].Add(completed[i].ToArray());
            }

            roots.Add(range.Root());
        }

        return Of(range.Size, roots, bundles, levels);
    }

    /// <summary>The log as it was at an earlier size.</summary>
    public TlogMemoryLog At(int size) => Of(size, Roots, Bundles, Levels);

    public ReadOnlyMemory<byte>? Read(TilePath path) => Files.TryGetValue(path.ToString(), out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;

    /// <summary>A copy whose files may be tampered with.</summary>
    public TlogMemoryLog Copy() => new()
    {
        Files = Files.ToDictionary(file => file.Key, file => file.Value.ToArray()),
        Size = Size,
        Root = Root,
        Roots = Roots,
        Bundles = Bundles,
        Levels = Levels,
    };

    public TlogMemoryLog Flip(string path, int at)
    {
        Files[path][at] ^= 0x10;
        return this;
    }

    static TlogMemoryLog Of(long size, List<Hash> roots, List<byte[]> bundles, List<List<byte[]>> levels)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var path in TileMath.Files(size))
        {
            var parts = path.HoldsEntries ? bundles : levels[path.Level];
            files[path.ToString()] = parts.Slice((int)path.Number * 256, path.Width).SelectMany(part => part).ToArray();
        }

        return new TlogMemoryLog { Files = files, Size = size, Root = roots[(int)size], Roots = roots, Bundles = bundles, Levels = levels };
    }
}
