namespace EdgeGateway.Ledger;

/// <summary>
/// Looks at one entry whose hash its tile of level 0 has. Entries of one bundle come in order; those of several may come
/// from several threads. Nothing is proven before <see cref="LogVerifier.Conclude"/> found no fault.
/// </summary>
/// <param name="leafHash">Of the entry, as it was just computed.</param>
/// <returns>What is wrong with the entry, in a sentence; null if nothing is.</returns>
public delegate string? EntryVisitor(long index, ReadOnlySpan<byte> entry, in Hash leafHash);

/// <summary>
/// Checks a whole C2SP tlog-tiles log, of anyone, against a checkpoint that a key was found to have signed: first each
/// bundle with <see cref="CheckBundle(long, TileReader, EntryVisitor)"/>, on as many threads as there are, then once
/// <see cref="Conclude"/>. A log is without fault when its entries and all its tiles are what the checkpoint commits to.
/// Immutable, and safe for any number of threads.
/// </summary>
public sealed class LogVerifier(Checkpoint checkpoint)
{
    /// <summary>How many bundles there are to check.</summary>
    public long BundleCount => (checkpoint.Size + TilePath.FullWidth - 1) / TilePath.FullWidth;

    /// <summary>Reads one bundle and its tile and checks them against each other; a partial one that is gone is read from the full one.</summary>
    /// <param name="read">Called on this thread.</param>
    public BundleCheck CheckBundle(long number, TileReader read, EntryVisitor? visit = null)
    {
        var width = Width(number);
        var bundleFault = TileFile.Read(read, TilePath.ForEntries(number, width), out var bundlePath, out var bundle);
        var tileFault = TileFile.Read(read, TilePath.ForHashes(0, number, width), out var tilePath, out var tile);
        var tileFile = new TileFile(tilePath, tile.Span);
        tileFault ??= TileFile.LengthFault(tileFile);

        // What can be had of the two still tells which of them, or of the tiles above, is wrong.
        if (bundleFault is not null)
        {
            return new BundleCheck(bundlePath, tilePath)
            {
                BundleFault = bundleFault,
                TileFault = tileFault,
                StoredRoot = tileFault is null && width == TilePath.FullWidth ? Merkle.PerfectRoot(tile.Span) : null,
            };
        }

        var bundleFile = new TileFile(bundlePath, bundle.Span);
        return tileFault is null
            ? Check(bundleFile, tileFile, visit)
            : Check(bundleFile, new TileFile(tilePath, default), null) with { TileFault = tileFault };
    }

    /// <summary>The same on bytes: a pure function.</summary>
    /// <param name="bundle">The entries, under the name they were found by: the partial one of this checkpoint, or the full one.</param>
    /// <param name="tile">The tile of the same number at level 0, likewise.</param>
    public BundleCheck CheckBundle(TileFile bundle, TileFile tile, EntryVisitor? visit = null)
    {
        var width = Width(bundle.Path.Number);
        if (bundle.Path != TilePath.ForEntries(bundle.Path.Number, width) && bundle.Path != TilePath.ForEntries(bundle.Path.Number))
            throw new ArgumentException($"{bundle.Path} is no bundle of a log of {checkpoint.Size} entries.", nameof(bundle));
        if (tile.Path != TilePath.ForHashes(0, bundle.Path.Number, width) && tile.Path != TilePath.ForHashes(0, bundle.Path.Number))
            throw new ArgumentException($"{tile.Path} is not the tile of the entries in {bundle.Path}.", nameof(tile));
        return TileFile.LengthFault(tile) is { } fault
            ? Check(bundle, new TileFile(tile.Path, default), null) with { TileFault = fault }
            : Check(bundle, tile, visit);
    }

    /// <summary>
    /// Checks the tiles above and ties everything to the checkpoint. Nothing of a log is proven before this returned null.
    /// </summary>
    /// <param name="checks">One for each bundle, in order.</param>
    /// <param name="read">Called on this thread, for every tile above level 0 and the partial one of level 0.</param>
    /// <returns>The fault with the lowest entry, or null: there is none.</returns>
    /// <exception cref="ArgumentException">A check is missing or out of order.</exception>
    public LogFault? Conclude(IReadOnlyList<BundleCheck> checks, TileReader read)
    {
        if (checks.Count != BundleCount || checks.Where((check, i) => check.Number != i).Any())
            throw new ArgumentException($"The {BundleCount} bundles of the log must be checked, in order.", nameof(checks));

        return EntryTree.TryBuild(checks) is { } tree && tree.Root == checkpoint.Root
            ? tree.FirstFault(checks, read)
            : new FaultFinder(checkpoint, checks, read).Find();
    }

    /// <summary>All of it on this thread.</summary>
    public LogFault? Verify(TileReader read, EntryVisitor? visit = null)
    {
        var checks = new List<BundleCheck>();
        for (var number = 0L; number < BundleCount; number++) checks.Add(CheckBundle(number, read, visit));
        return Conclude(checks, read);
    }

    /// <summary>
    /// Whether the log grew from a checkpoint kept elsewhere. Says nothing of its entries: that is <see cref="Conclude"/>.
    /// </summary>
    /// <exception cref="LedgerCorruptException">A tile that the proof needs is missing or has the wrong length.</exception>
    public LogFault? CheckGrowth(Checkpoint earlier, TileReader read)
    {
        if (earlier.Origin != checkpoint.Origin) return OfCheckpoint($"The earlier checkpoint is of the log {earlier.Origin}, not of {checkpoint.Origin}.");
        if (earlier.Size > checkpoint.Size)
            return OfCheckpoint($"The log has {checkpoint.Size} entries, but it had {earlier.Size} at the earlier checkpoint.");

        // Size 0 needs no proof: its root was checked when the checkpoint was read.
        if (earlier.Size == 0) return null;
        var proof = new ProofBuilder(checkpoint.Size, read).Consistency(earlier.Size);
        return Merkle.VerifyConsistency(earlier.Size, earlier.Root, checkpoint.Size, checkpoint.Root, proof)
            ? null
            : OfCheckpoint($"The log did not grow from the earlier checkpoint: its first {earlier.Size} entries are not those of then.");
    }

    /// <summary>
    /// Whether a partial file left over from an earlier size is the beginning of the file of the same number that was
    /// checked. No later checkpoint asks for it, but whoever holds an earlier one does.
    /// </summary>
    /// <param name="leftover">A partial tile or bundle.</param>
    /// <param name="newer">The wider one.</param>
    public static LogFault? CheckLeftover(TileFile leftover, TileFile newer)
    {
        var (path, wider) = (leftover.Path, newer.Path);
        if (path.Width >= wider.Width || path.Full != wider.Full)
            throw new ArgumentException($"{path} is not a narrower file than {wider}.", nameof(leftover));

        var length = path.HoldsEntries ? EntryBundle.LengthOf(newer.Bytes, path.Width) : path.Width * Hash.Length;
        if (leftover.Bytes.Length == length && newer.Bytes.StartsWith(leftover.Bytes)) return null;

        var same = leftover.Bytes.CommonPrefixLength(newer.Bytes);
        var entry = path.HoldsEntries ? EntryBundle.CountWithin(newer.Bytes, same) : same / Hash.Length;
        var index = path.FirstEntry + ((long)Math.Min(entry, path.Width - 1) << (path.Level * TileMath.LevelHeight));
        return new LogFault(path.ToString(), index, $"{path} is not the beginning of {wider}.");
    }

    internal static LogFault OfCheckpoint(string sentence) => new("checkpoint", null, sentence);

    int Width(long number)
    {
        var width = TileMath.Width(0, number, checkpoint.Size);
        ArgumentOutOfRangeException.ThrowIfZero(width, nameof(number));
        return width;
    }

    // Without a tile the entries are hashed all the same, to find out whether they are what the tiles above say.
    BundleCheck Check(TileFile bundle, TileFile tile, EntryVisitor? visit)
    {
        var width = Width(bundle.Path.Number);
        var first = bundle.Path.FirstEntry;
        var stored = tile.Bytes;
        Span<byte> hashes = stackalloc byte[width * Hash.Length];
        var difference = BundleCheck.NoDifference;
        LogFault? malformed = null, objection = null;

        var rest = bundle.Bytes;
        for (var i = 0; i < bundle.Path.Width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out var entry))
            {
                malformed = Malformed(bundle.Path, first + Math.Min(i, width - 1), EntryBundle.EndsWithin(i, bundle.Path.Width));
                break;
            }

            // In a full bundle in place of a partial one, what follows is not of this checkpoint: read, never looked at.
            if (i >= width) continue;
            var hash = hashes.Slice(i * Hash.Length, Hash.Length);
            var leafHash = Merkle.LeafHash(entry);
            leafHash.CopyTo(hash);
            if (stored.IsEmpty) continue;
            if (!hash.SequenceEqual(stored.Slice(i * Hash.Length, Hash.Length)))
            {
                if (difference == BundleCheck.NoDifference) difference = i;
            }
            else if (objection is null && visit?.Invoke(first + i, entry, leafHash) is { } sentence)
            {
                objection = new LogFault(bundle.Path.ToString(), first + i, $"Entry {first + i}: {sentence}");
            }
        }

        if (malformed is null && !rest.IsEmpty)
            malformed = Malformed(bundle.Path, first + width - 1, EntryBundle.TrailingBytes(rest.Length, bundle.Path.Width));

        var full = width == TilePath.FullWidth;
        var entriesRoot = full && malformed is null ? Merkle.PerfectRoot(hashes) : (Hash?)null;
        return new BundleCheck(bundle.Path, tile.Path)
        {
            EntriesRoot = entriesRoot,
            PartialLeaves = full || malformed is not null ? null : TileFile.HashesIn(hashes),
            StoredRoot = !full || stored.IsEmpty ? null
                : difference == BundleCheck.NoDifference && entriesRoot is not null ? entriesRoot
                : Merkle.PerfectRoot(stored),
            FirstDifference = difference,
            BundleFault = malformed,
            Objection = objection,
        };
    }

    static LogFault Malformed(TilePath bundle, long entry, string what) => new(bundle.ToString(), entry, $"{bundle}: {what}");
}
