using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>The devices as their newest entries have them, and where each state of a device is in the ledger.</summary>
sealed class DevicePart : IRegistryPart
{
    public const string Devices = "devices";

    public const string States = "deviceStates";

    public bool Takes(EntryKind kind) => kind == EntryKind.Device;

    public void Take(LiteDatabase database, EntryView entry)
    {
        if (entry.SubjectDevice is not { } id) return;
        var devices = database.GetCollection(Devices);
        var before = Find(database, id);
        devices.Upsert(DeviceDocument.Write(RegisteredDevice.After(before, id, entry)));
        database.GetCollection(States).Upsert(new BsonDocument { ["_id"] = entry.LeafHash.ToArray(), ["index"] = entry.Index });
    }

    /// <summary>Takes what is left of an entry whose private part was erased.</summary>
    public static void Replace(LiteDatabase database, EntryView entry)
    {
        if (entry.SubjectDevice is not { } id || Find(database, id) is not { } before || before.RegistryIndex != entry.Index) return;
        database.GetCollection(Devices).Update(DeviceDocument.Write(
            RegisteredDevice.After(before, id, entry) with { FormerCredentialIds = before.FormerCredentialIds }));
    }

    public static RegisteredDevice? Find(LiteDatabase database, string id) =>
        database.GetCollection(Devices).FindById(id) is { } document ? DeviceDocument.Read(document) : null;

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyList<RegisteredDevice> All(LiteDatabase database) =>
        database.GetCollection(Devices).FindAll().Select(DeviceDocument.Read).ToList();

    /// <summary>Index of the <c>device</c> entry with this leaf hash: an evidence entry's <c>deviceLeaf</c>.</summary>
    public static long? FindState(LiteDatabase database, Hash leaf) =>
        database.GetCollection(States).FindById(leaf.ToArray()) is { } document ? document["index"].AsInt64 : null;
}
