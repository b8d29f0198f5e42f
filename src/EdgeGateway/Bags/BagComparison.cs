using EdgeGateway.Evidence;

namespace EdgeGateway.Bags;

/// <summary>Takes what an export would write, writes nothing, and remembers where a bag has something else.</summary>
/// <param name="contents">The originals, whose bytes were compared with their entries already: by path.</param>
sealed class BagComparison(BagFolder bag, IReadOnlyDictionary<string, BagFile> contents) : BagTarget
{
    const long MaximumBytes = 64 << 20;

    readonly SortedDictionary<string, BagDifference> _differences = new(StringComparer.Ordinal);

    /// <summary>By path; also of files that nothing was written to.</summary>
    public IReadOnlyDictionary<string, BagDifference> Differences => _differences;

    public override void Add(string path, ReadOnlySpan<byte> content)
    {
        Claim(path);
        Take(path, new BagFile(content.Length, default, null));
        if (!bag.Has(path))
        {
            _differences[path] = new BagDifference("refused.missing", path);
            return;
        }

        ReadOnlySpan<byte> found = bag.Read(path, MaximumBytes);
        var same = found.CommonPrefixLength(content);
        if (same == found.Length && same == content.Length) return;
        var start = found[..same].LastIndexOf((byte)'\n') + 1;
        var end = found[start..].IndexOf((byte)'\n');
        var line = found[start..(end < 0 ? found.Length : start + end)];
        _differences[path] = new BagDifference("refused.line", path, found[..same].Count((byte)'\n') + 1, DisplayText.Of(System.Text.Encoding.UTF8.GetString(line[..Math.Min(line.Length, 1000)])));
    }

    public override Task<BagFile> AddAsync(string path, Stream content, Action<long> progress, CancellationToken cancellationToken)
    {
        Claim(path);
        if (contents.TryGetValue(path, out var known) && known.Size == content.Length) return Task.FromResult(Take(path, known));
        _differences[path] = new BagDifference("refused.missing", path);
        return Task.FromResult(Take(path, new BagFile(content.Length, default, null)));
    }

    /// <summary>Declaration and manifests too; then whatever lies in the bag and was not written is different.</summary>
    public void Finish()
    {
        Add(BagPath.Declaration, BagPath.DeclarationText);
        Add(BagPath.Manifest, bag.Lines(payload: true));
        Add(BagPath.TagManifest, bag.Lines(payload: false));
        foreach (var file in bag.Files)
        {
            if (!Files.ContainsKey(file)) _differences[file] = new BagDifference("refused.besides", file);
        }
    }
}

/// <param name="Text">Key of the text that says it.</param>
sealed record BagDifference(string Text, params object?[] Values);
