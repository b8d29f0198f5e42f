using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>Which items have their bytes in which object, so that none is deleted that another item still needs.</summary>
static class ObjectPart
{
    public const string Objects = "objects";

    public static void Add(LiteDatabase database, IEnumerable<EvidenceItem> items)
    {
        foreach (var item in items)
        {
            if (item.Object is not { } digest) continue;
            var objects = database.GetCollection(Objects);
            objects.EnsureIndex("object");
            objects.Upsert(new BsonDocument { ["_id"] = item.Index, ["object"] = digest.ToArray() });
        }
    }

    public static void Forget(LiteDatabase database, long index) => database.GetCollection(Objects).Delete(index);

    public static IReadOnlyList<long> ItemsOf(LiteDatabase database, in Hash digest) =>
        [.. database.GetCollection(Objects).Query().Where("object = @0", digest.ToArray()).ToList().Select(document => document["_id"].AsInt64)];
}
