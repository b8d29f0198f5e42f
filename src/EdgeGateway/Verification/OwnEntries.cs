using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

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
    readonly Removals? _removals;
    readonly long _size;
    readonly HashSet<long> _closed = [];
    bool _broken;
    long _nextBundle;
    long _nextInTail;
    long _gaps;

    public OwnEntries(VerificationRequest request, long size)
    {
        _size = size;
        _nextInTail = size;
        if (!request.Objects) return;
        _removals = request.Removals ?? new Removals();
        _private = new PrivatePartCheck(request.Data!, request.Closed?.Genesis.LeafHash ?? GenesisFile.Read(request.Data!).LeafHash, _removals, request.Closed);
    }

    public LogFault? FirstFault { get; private set; }

    public PrivatePartCheck? Private => _private;

    /// <summary>Entries of kind <c>gap</c>: what the gateway itself says may have been lost before it was sealed.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    public string? Visit(long index, ReadOnlySpan<byte> leaf)
    {
        if (!ChainLink.TryRead(index, leaf, out var link)) return "It does not end as a leaf of this format does.";
        Count(link, leaf);
        lock (_lock)
        {
            var number = index / TilePath.FullWidth;
            if (!_waiting.TryGetValue(number, out var links)) _waiting[number] = links = new List<ChainLink>(TilePath.FullWidth);
            links.Add(link);
        }

        _removals?.Note(index, leaf);
        return _private?.Check(index, leaf);
    }

    /// <summary>
    /// An entry as the write-ahead log has it, after all bundles: what is signed already must be the entry that was signed.
    /// </summary>
    public string? VisitTail(LedgerRecord record, TileReader read)
    {
        if (record.Index < _size && Merkle.LeafHash(record.Leaf.Span) != LeafHashAt(record.Index, read)) return "It is not the entry that the tree holds there.";
        _removals?.Note(record.Index, record.Leaf.Span);
        return FollowTail(record) ?? _private?.CheckTail(record);
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

    /// <summary>What is not signed yet continues the chains of what is; the log may be read again, and then once is enough.</summary>
    string? FollowTail(LedgerRecord record)
    {
        if (record.Index != _nextInTail || _broken || FirstFault is not null) return null;
        if (!ChainLink.TryRead(record.Index, record.Leaf.Span, out var link)) return "It does not end as a leaf of this format does.";
        if (Wrong(link) is { } wrong) return wrong;
        Count(link, record.Leaf.Span);
        _nextInTail++;
        _heads[link.Subject] = (link.Sequence, link.LeafHash);
        return null;
    }

    void Count(in ChainLink link, ReadOnlySpan<byte> leaf)
    {
        if (link.Subject == Subjects.Gateway && leaf.IndexOf("\"kind\":\"gap\""u8) >= 0) Interlocked.Increment(ref _gaps);
    }

    Hash? LeafHashAt(long index, TileReader read)
    {
        var number = index / TilePath.FullWidth;
        var tile = read(TilePath.ForHashes(0, number, TileMath.Width(0, number, _size))) ?? read(TilePath.ForHashes(0, number));
        return tile is { } bytes ? new Hash(bytes.Span.Slice((int)(index % TilePath.FullWidth) * Hash.Length, Hash.Length)) : null;
    }

    void Follow(in ChainLink link)
    {
        if (FirstFault is null && Wrong(link) is { } wrong)
        {
            FirstFault = new LogFault(TilePath.ForEntries(link.Index / TilePath.FullWidth).ToString(), link.Index, $"Entry {link.Index}: {wrong}");
        }

        _heads[link.Subject] = (link.Sequence, link.LeafHash);
    }

    /// <summary>What its number or the leaf before it say is wrong, in a sentence; null where it continues its subject's chain.</summary>
    string? Wrong(in ChainLink link)
    {
        var known = _heads.TryGetValue(link.Subject, out var head);
        var expected = known ? head.Sequence + 1 : 1;
        if (link.Sequence > expected)
        {
            return $"It is number {link.Sequence} of {link.Subject}, and {Numbers(expected, link.Sequence - 1)} missing, which proves gaps after sealing.";
        }

        if (link.Sequence < expected)
        {
            return $"It says that it is number {link.Sequence} of {link.Subject}; number {expected} is due there. Entries were put in or taken out, which proves gaps after sealing.";
        }

        return link.Previous == (known ? head.LeafHash : null) ? null
            : $"As number {link.Sequence} of {link.Subject} it names another entry before it than the one that stands there, {(known ? head.LeafHash.ToString() : "none")}, which proves gaps after sealing.";
    }

    static string Numbers(long from, long to) => from == to ? $"number {from} is" : $"numbers {from} to {to} are";
}
