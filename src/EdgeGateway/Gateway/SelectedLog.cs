using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Gateway;

/// <summary>One log of a data directory, the one that is written or a closed one, as commands see it.</summary>
/// <param name="ClosedId">Of a closed log the leaf hash of its entry 0: what entries about its items name as <c>log</c>. Null for the one that is written.</param>
/// <param name="Views">Opens them where they are not open yet; those of a closed log have what later logs say of its items.</param>
/// <param name="Size">Entries that can be read.</param>
/// <param name="Tiles">Also those of smaller trees.</param>
/// <param name="FindCheckpoint">The note over a tree, by size and root, if it was ever on show.</param>
sealed record SelectedLog(string Origin, Hash? ClosedId, ILedgerReader Ledger, Func<LedgerViews> Views, long Size, TileReader Tiles, Func<long, Hash, byte[]?> FindCheckpoint)
{
    /// <summary>The state of an item as of now; null where nobody touched it.</summary>
    public ItemState? FindState(long index) => Views().FindState(index);

    /// <summary>Whether there are others, so that an index may be meant of one of those.</summary>
    public bool HasOthers { get; init; }

    /// <summary>That it has no entry with this index, in a sentence with the remedy.</summary>
    public string NoEntry(long index) => Said.Of(HasOthers ? "no-entry-here" : "no-entry", index, Origin, Size - 1);

    /// <summary>Every entry acknowledged before the call is in the log and, where <paramref name="views"/> are wanted, in them.</summary>
    /// <param name="origin">Null for the log that is written.</param>
    /// <exception cref="GatewayException">There is no such log, or it is damaged.</exception>
    public static async Task<SelectedLog> FindAsync(GatewayData data, string? origin, bool views, CancellationToken cancellationToken)
    {
        if (views) await data.CatchUpViewsAsync(cancellationToken);
        else await data.Ledger.CatchUpAsync(cancellationToken);
        return Find(data, origin, cancellationToken);
    }

    /// <summary>The same of what was caught up before.</summary>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public static SelectedLog Find(GatewayData data, string? origin, CancellationToken cancellationToken) =>
        origin is null || origin == data.Ledger.Origin ? Written(data) : Of(data.Logs.Find(origin), data, cancellationToken);

    /// <summary>All of them, the oldest first, the one that is written last.</summary>
    /// <exception cref="GatewayException">One is damaged.</exception>
    public static IReadOnlyList<SelectedLog> All(GatewayData data, CancellationToken cancellationToken) =>
        [.. data.Logs.All.Select(closed => Of(closed, data, cancellationToken)), Written(data)];

    /// <summary>A log and all that go on from it, the one that is written last.</summary>
    /// <param name="origin">Null for the one that is written.</param>
    /// <exception cref="GatewayException">There is no such log, or one of them is damaged.</exception>
    public static IReadOnlyList<SelectedLog> From(GatewayData data, string? origin, CancellationToken cancellationToken)
    {
        if (origin is null || origin == data.Ledger.Origin) return [Written(data)];
        var first = data.Logs.Find(origin);
        return [.. data.Logs.All.SkipWhile(log => log != first).Select(log => Of(log, data, cancellationToken)), Written(data)];
    }

    public static SelectedLog Written(GatewayData data) =>
        new(data.Ledger.Origin, null, data.Ledger, () => data.Views, data.Ledger.Size, data.Ledger.ReadTile, (size, root) => data.Ledger.FindCheckpoint(size, root))
        {
            HasOthers = data.Logs.All.Count > 0,
        };

    /// <summary>The log with this leaf hash of entry 0; null where it is not here, or damaged.</summary>
    public static SelectedLog? Find(GatewayData data, Hash id, CancellationToken cancellationToken) =>
        id == data.LogId ? Written(data) : data.Logs.Find(id) is { } closed ? Of(closed, data, cancellationToken) : null;

    static SelectedLog Of(ClosedLog closed, GatewayData data, CancellationToken cancellationToken) => new(
        closed.Ledger.Origin, closed.Ledger.Genesis.LeafHash, closed.Ledger, () => data.Logs.Views(closed, data, cancellationToken), closed.Ledger.Size,
        closed.Ledger.ReadAnyTile, (size, root) => closed.Ledger.FindCheckpoint(size, root))
    {
        HasOthers = true,
    };
}
