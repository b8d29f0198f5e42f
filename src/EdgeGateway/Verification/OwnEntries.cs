using EdgeGateway.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// What entries of our own format must hold beyond being in the tree: every subject's numbers run without a hole and each
/// leaf names the one before, and private parts and media are what the leaves commit to. Bundles may come from several
/// threads and a little out of order.
/// </summary>
sealed class OwnEntries
{
    readonly Lock _lock = new();
    readonly Dictionary<string, (long Sequence, Hash LeafHash)> _heads = [];
    readonly Dictionary<long, List<ChainLink>> _waiting = [];
    readonly PrivatePartCheck? _private;
    readonly long _size;
    readonly HashSet<long> _closed = [];
    bool _broken;
    long _nextBundle;

    public OwnEntries(VerificationRequest request, long size)
    {
        _size = size;
        if (request.Objects) _private = new PrivatePartCheck(request.Data!, request.Closed);
    }

    public LogFault? FirstFault { get; private set; }

    public long PrivateParts => _private?.Checked ?? 0;

    public string? Visit(long index, ReadOnlySpan<byte> leaf)
    {
        if (!ChainLink.TryRead(index, leaf, out var link)) return "It does not end as a leaf of this format does.";
        lock (_lock)
        {
            var number = index / TilePath.FullWidth;
            if (!_waiting.TryGetValue(number, out var links)) _waiting[number] = links = new List<ChainLink>(TilePath.FullWidth);
            links.Add(link);
        }

        return _private?.Check(index, leaf);
    }

    /// <summary>
    /// An entry as the write-ahead log has it, after all bundles: what is signed already must be the entry that was signed.
    /// </summary>
    public string? VisitTail(LedgerRecord record, TileReader read)
    {
        if (record.Index < _size && Merkle.LeafHash(record.Leaf.Span) != LeafHashAt(record.Index, read)) return "It is not the entry that the tree holds there.";
        return _private?.CheckTail(record);
    }

    /// <summary>Follows the chains as far as bundles have come without a gap.</summary>
    public void Close(long number)
    {
        lock (_lock)
        {
            _closed.Add(number);
            while (_closed.Remove(_nextBundle))
            {
                _waiting.Remove(_nextBundle, out var links);

                // A bundle that can't be read is at fault itself, and that is reported: chains end there.
                if ((links?.Count ?? 0) != Math.Min(TilePath.FullWidth, _size - _nextBundle * TilePath.FullWidth)) _broken = true;
                else if (!_broken) links!.ForEach(link => Follow(link));
                _nextBundle++;
            }
        }
    }

    Hash? LeafHashAt(long index, TileReader read)
    {
        var number = index / TilePath.FullWidth;
        var tile = read(TilePath.ForHashes(0, number, TileMath.Width(0, number, _size))) ?? read(TilePath.ForHashes(0, number));
        return tile is { } bytes ? new Hash(bytes.Span.Slice((int)(index % TilePath.FullWidth) * Hash.Length, Hash.Length)) : null;
    }

    void Follow(in ChainLink link)
    {
        var known = _heads.TryGetValue(link.Subject, out var head);
        var expected = known ? head.Sequence + 1 : 1;
        if (FirstFault is null && (link.Sequence != expected || link.Previous != (known ? head.LeafHash : null)))
        {
            FirstFault = new LogFault(
                TilePath.ForEntries(link.Index / TilePath.FullWidth).ToString(), link.Index,
                $"Entry {link.Index} says that it is number {link.Sequence} of {link.Subject}; number {expected} is due there, after leaf {(known ? head.LeafHash.ToString() : "none")}.");
        }

        _heads[link.Subject] = (link.Sequence, link.LeafHash);
    }
}
