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
    const string NoLeaf = "It does not end as a leaf of this format does.";

    readonly Lock _lock = new();
    readonly SubjectChains _chains = new();
    readonly Dictionary<long, OwnBundle> _closed = [];
    readonly PrivatePartCheck? _private;
    readonly Removals? _removals;
    readonly long _size;
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

    /// <summary>Takes the entries of one bundle, on one thread.</summary>
    public OwnBundle Open(long number) => new(this, number);

    /// <summary>Looks at one entry by itself; its place in its chain waits until the bundle closes.</summary>
    string? Visit(long index, ReadOnlySpan<byte> leaf, in Hash leafHash, out ChainLink link)
    {
        if (!ChainLink.TryRead(index, leaf, leafHash, _chains, out link)) return NoLeaf;
        Count(link, leaf);
        _removals?.Note(index, leaf);
        return _private?.Check(index, leaf);
    }

    /// <summary>
    /// An entry as the write-ahead log has it, after all bundles: what is signed already must be the entry that was signed.
    /// </summary>
    public string? VisitTail(LedgerRecord record, TileReader read)
    {
        var leafHash = Merkle.LeafHash(record.Leaf.Span);
        if (record.Index < _size && leafHash != LeafHashAt(record.Index, read)) return "It is not the entry that the tree holds there.";
        _removals?.Note(record.Index, record.Leaf.Span);
        return FollowTail(record, leafHash) ?? _private?.CheckTail(record);
    }

    /// <summary>Follows the chains as far as bundles have come without a gap.</summary>
    public void Close(OwnBundle bundle)
    {
        lock (_lock)
        {
            _closed.Add(bundle.Number, bundle);
            while (_closed.Remove(_nextBundle, out var next))
            {
                // A bundle that can't be read is at fault itself, and that is reported: chains end there.
                if (next.Links.Length != Math.Min(TilePath.FullWidth, _size - _nextBundle * TilePath.FullWidth)) _broken = true;
                else if (!_broken) Follow(next.Links);
                _nextBundle++;
            }
        }
    }

    /// <summary>What is not signed yet continues the chains of what is; the log may be read again, and then once is enough.</summary>
    string? FollowTail(LedgerRecord record, in Hash leafHash)
    {
        if (record.Index != _nextInTail || _broken || FirstFault is not null) return null;
        if (!ChainLink.TryRead(record.Index, record.Leaf.Span, leafHash, _chains, out var link)) return NoLeaf;
        if (Wrong(link) is { } wrong) return wrong;
        Count(link, record.Leaf.Span);
        _nextInTail++;
        link.Chain.Advance(link.Sequence, link.LeafHash);
        return null;
    }

    void Count(in ChainLink link, ReadOnlySpan<byte> leaf)
    {
        if (link.Chain.Subject == Subjects.Gateway && leaf.IndexOf("\"kind\":\"gap\""u8) >= 0) Interlocked.Increment(ref _gaps);
    }

    Hash? LeafHashAt(long index, TileReader read)
    {
        var number = index / TilePath.FullWidth;
        var tile = read(TilePath.ForHashes(0, number, TileMath.Width(0, number, _size))) ?? read(TilePath.ForHashes(0, number));
        return tile is { } bytes ? new Hash(bytes.Span.Slice((int)(index % TilePath.FullWidth) * Hash.Length, Hash.Length)) : null;
    }

    void Follow(ReadOnlySpan<ChainLink> links)
    {
        foreach (ref readonly var link in links)
        {
            if (FirstFault is null && Wrong(link) is { } wrong)
            {
                FirstFault = new LogFault(TilePath.ForEntries(link.Index / TilePath.FullWidth).ToString(), link.Index, $"Entry {link.Index}: {wrong}");
            }

            link.Chain.Advance(link.Sequence, link.LeafHash);
        }
    }

    /// <summary>What its number or the leaf before it say is wrong, in a sentence; null where it continues its subject's chain.</summary>
    static string? Wrong(in ChainLink link)
    {
        var (subject, last) = (link.Chain.Subject, link.Chain.LeafHash);
        var expected = link.Chain.Sequence + 1;
        if (link.Sequence > expected)
        {
            return $"It is number {link.Sequence} of {subject}, and {Numbers(expected, link.Sequence - 1)} missing, which proves gaps after sealing.";
        }

        if (link.Sequence < expected)
        {
            return $"It says that it is number {link.Sequence} of {subject}; number {expected} is due there. Entries were put in or taken out, which proves gaps after sealing.";
        }

        return link.Previous == last ? null
            : $"As number {link.Sequence} of {subject} it names another entry before it than the one that stands there, {last?.ToString() ?? "none"}, which proves gaps after sealing.";
    }

    static string Numbers(long from, long to) => from == to ? $"number {from} is" : $"numbers {from} to {to} are";

    /// <summary>The entries of one bundle, in order.</summary>
    public sealed class OwnBundle(OwnEntries own, long number)
    {
        readonly ChainLink[] _links = new ChainLink[TilePath.FullWidth];
        int _count;

        public long Number => number;

        /// <summary>Of the entries so far, without those that are no leaves.</summary>
        public ReadOnlySpan<ChainLink> Links => _links.AsSpan(0, _count);

        /// <inheritdoc cref="EntryVisitor"/>
        public string? Visit(long index, ReadOnlySpan<byte> leaf, in Hash leafHash)
        {
            var wrong = own.Visit(index, leaf, leafHash, out var link);
            if (link.Chain is not null) _links[_count++] = link;
            return wrong;
        }
    }
}
