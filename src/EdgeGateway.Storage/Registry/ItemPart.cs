using System.Text.Json;
using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>
/// What the newest entries say of each item: its review, its tag, its medium, its erasure. Beside it, as bits, which items
/// are reviewed, tagged and erased (<see cref="ItemMarks"/>), and where the tombstones are.
/// </summary>
sealed class ItemPart : IRegistryPart
{
    public const string Items = "items";
    public const string Tombstones = "tombstones";

    public bool Takes(EntryKind kind) => kind is EntryKind.Review or EntryKind.Custody or EntryKind.Tombstone or EntryKind.Evidence;

    /// <summary>
    /// Whether the device itself said which case or officer its message belongs to: few do, and only those are taken. What a bench says is
    /// never filed.
    /// </summary>
    public static bool IsTagged(EntryView evidence) =>
        (evidence.Private.Text("case"u8) is not null || evidence.Private.Text("officer"u8) is not null) && !evidence.Body.HasFlag(EntryFlags.Bench);

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (entry.Kind == EntryKind.Evidence) TakeDeviceTag(database, entry);
        else if (ItemOf(entry) is { } index) TakeAbout(database, entry, index, later: null);
        if (entry.Kind == EntryKind.Tombstone) TakeTombstone(database, entry);
    }

    /// <summary>The item of this ledger that an entry speaks of; null where there is none.</summary>
    public static long? ItemOf(EntryView entry)
    {
        if (entry.Body.Object("item"u8) is not { } item || item.Integer("index"u8) is not { } index) return null;

        // Of a closed ledger of this gateway: its items have the same numbers.
        return item.Digest("log"u8) is { } log && log != entry.Log ? null : index;
    }

    /// <summary>Takes an entry of a later log about an item of this one.</summary>
    public static void TakeLater(LiteDatabase database, EntryView entry, Hash later, long index) => TakeAbout(database, entry, index, later);

    /// <summary>Takes back what the private part of an erased item said of its case.</summary>
    public static void Forget(LiteDatabase database, long index)
    {
        if (Find(database, index) is not { } state || state.TagEntry != index || state.TagLog is not null) return;
        Put(database, state with { Tag = null, TagEntry = null });
        ItemMarks.Set(database, Mark.Tagged, index, value: false);
    }

    public static ItemState? Find(LiteDatabase database, long index) =>
        database.GetCollection(Items).FindById(index) is { } document ? ItemDocument.Read(document) : null;

    public static IEnumerable<ItemState> Between(LiteDatabase database, long first, long last) =>
        database.GetCollection(Items).Query().Where("_id BETWEEN @0 AND @1", first, last).ToList().Select(ItemDocument.Read);

    /// <summary>Items whose field has this value, ascending, behind an index.</summary>
    /// <param name="field"><c>case</c>, <c>officer</c> or <c>review</c>.</param>
    public static IReadOnlyList<long> With(LiteDatabase database, string field, string value, long after, int maximum) =>
        [.. database.GetCollection(Items).Query()
            .Where($"{field} = @0 AND _id > @1", value, after).OrderBy("_id").Limit(maximum)
            .ToList().Select(document => document["_id"].AsInt64)];

    /// <summary>Tombstones from this place in the ledger on, in order: where each is, and what it erased, in which log before this one.</summary>
    public static IReadOnlyList<(long Entry, long Item, Hash? Log)> TombstonesFrom(LiteDatabase database, long position, int maximum) =>
        [.. database.GetCollection(Tombstones).Query()
            .Where("_id >= @0", position).OrderBy("_id").Limit(maximum)
            .ToList().Select(document => (document["_id"].AsInt64, document["item"].AsInt64, ItemDocument.Digest(document["log"])))];

    static void TakeDeviceTag(LiteDatabase database, EntryView entry)
    {
        if (!IsTagged(entry)) return;
        var tag = new ItemTag(Key(entry.Private, "case"u8), null, null, null, Key(entry.Private, "officer"u8));
        Put(database, new ItemState { Index = entry.Index, Tag = tag, TagEntry = entry.Index });
        if (tag.Case is not null) ItemMarks.Set(database, Mark.Tagged, entry.Index);
    }

    static void TakeAbout(LiteDatabase database, EntryView entry, long index, Hash? later)
    {
        var before = Find(database, index) ?? new ItemState { Index = index };
        var after = entry.Kind switch
        {
            EntryKind.Review => before with { Review = ReviewOf(entry) },
            EntryKind.Tombstone => before with { Tombstone = entry.Index, TombstoneLog = later },
            _ => entry.Body.Text("action"u8) switch
            {
                "tag" => before with { Tag = TagOf(entry), TagEntry = entry.Index, TagLog = later },
                "move" => before with { Medium = Key(entry.Private, "medium"u8) },
                _ => before,
            },
        };
        if (after == before) return;
        Put(database, after);
        if (entry.Kind == EntryKind.Review) ItemMarks.Set(database, Mark.Reviewed, index);
        if (after.TagEntry == entry.Index && after.TagLog == later) ItemMarks.Set(database, Mark.Tagged, index, value: after.Tag?.Case is not null);
        if (entry.Kind == EntryKind.Tombstone) ItemMarks.Set(database, Mark.Erased, index);
    }

    static void TakeTombstone(LiteDatabase database, EntryView entry)
    {
        var closed = ClosedItemPart.ItemOf(entry);
        if ((closed?.Index ?? ItemOf(entry)) is not { } index) return;
        var document = new BsonDocument { ["_id"] = entry.Index, ["item"] = index };
        ItemDocument.Add(document, "log", closed?.Log.ToString());
        database.GetCollection(Tombstones).Upsert(document);
    }

    static ItemReview ReviewOf(EntryView entry) => new(
        entry.Index, entry.Body.Text("result"u8) == "passed", entry.At, entry.Private.Text("by"u8), entry.Private.Text("reason"u8));

    static ItemTag TagOf(EntryView entry)
    {
        var facts = entry.Private;
        return new ItemTag(
            Key(facts, "case"u8), facts.Text("archive"u8), facts.Text("volume"u8), facts.Text("page"u8), Key(facts, "officer"u8));
    }

    // An index takes no key of more than 1,023 bytes.
    static string? Key(JsonElement facts, ReadOnlySpan<byte> name) =>
        facts.Text(name) is { Length: > 0 } text ? text[..Math.Min(text.Length, ItemTag.MaximumCharacters)] : null;

    static void Put(LiteDatabase database, ItemState state)
    {
        var items = database.GetCollection(Items);
        items.EnsureIndex("case");
        items.EnsureIndex("officer");
        items.EnsureIndex("review");
        items.Upsert(ItemDocument.Write(state));
    }
}
