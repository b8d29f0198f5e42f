using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>The cases that this log put on hold (暂停销毁) or released: the newest word on each.</summary>
sealed class HoldPart : IRegistryPart
{
    public const string Holds = "holds";

    public bool Takes(EntryKind kind) => kind == EntryKind.Custody;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (entry.Body.Text("action"u8) is not ("hold" or "release") || entry.Private.Text("case"u8) is not { Length: > 0 } named) return;
        var name = named[..Math.Min(named.Length, ItemTag.MaximumCharacters)];
        var holds = database.GetCollection(Holds);
        var document = new BsonDocument { ["_id"] = name, ["entry"] = entry.Index, ["at"] = EvidenceDocument.Microseconds(entry.At) };
        if (entry.Body.Text("action"u8) == "release") document["released"] = true;
        ItemDocument.Add(document, "by", entry.Private.Text("by"u8));
        ItemDocument.Add(document, "reason", entry.Private.Text("reason"u8));
        holds.Upsert(document);
    }

    /// <summary>All of them, by case.</summary>
    public static IReadOnlyList<CaseHold> All(LiteDatabase database) => [.. database.GetCollection(Holds).FindAll().Select(Read)];

    static CaseHold Read(BsonDocument document) => new(
        document["_id"].AsString, document["entry"].AsInt64, EvidenceDocument.Time(document["at"].AsInt64),
        ItemDocument.Text(document["by"]), ItemDocument.Text(document["reason"]), document["released"].IsBoolean);
}
