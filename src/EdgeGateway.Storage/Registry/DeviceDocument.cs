using EdgeGateway.Devices;
using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>A <see cref="RegisteredDevice"/> as a LiteDB document; times as in <see cref="EvidenceDocument"/>.</summary>
static class DeviceDocument
{
    public static BsonDocument Write(RegisteredDevice device) => new()
    {
        ["_id"] = device.Id,
        ["profile"] = device.ProfileId,
        ["revision"] = device.ProfileRevision,
        ["credentialId"] = device.CredentialId,
        ["credentialKind"] = device.CredentialKind?.Word(),
        ["credentialEnds"] = device.CredentialEnds is { } ends ? EvidenceDocument.Microseconds(ends) : null,
        ["formerCredentialIds"] = new BsonArray(device.FormerCredentialIds.Select(id => (BsonValue)id)),
        ["bench"] = device.IsBench,
        ["registryIndex"] = device.RegistryIndex,
        ["registryLeaf"] = device.RegistryLeaf.ToArray(),
        ["addedAt"] = EvidenceDocument.Microseconds(device.AddedAt),
        ["changedAt"] = EvidenceDocument.Microseconds(device.ChangedAt),
        // Pairs, because a field's key is anything, also what LiteDB takes for a path.
        ["values"] = new BsonArray(device.Values.Select(pair => new BsonArray(pair.Key, pair.Value))),
    };

    public static RegisteredDevice Read(BsonDocument document) => new()
    {
        Id = document["_id"].AsString,
        ProfileId = document["profile"].AsString,
        ProfileRevision = document["revision"].IsInt64 ? document["revision"].AsInt64 : null,
        CredentialId = document["credentialId"].AsString,
        CredentialKind = CredentialKinds.Parse(document["credentialKind"].AsString),
        CredentialEnds = document["credentialEnds"].IsInt64 ? EvidenceDocument.Time(document["credentialEnds"].AsInt64) : null,
        FormerCredentialIds = [.. document["formerCredentialIds"].AsArray.Select(id => id.AsString)],
        IsBench = document["bench"] is { IsBoolean: true, AsBoolean: true },
        RegistryIndex = document["registryIndex"].AsInt64,
        RegistryLeaf = new Hash(document["registryLeaf"].AsBinary),
        AddedAt = EvidenceDocument.Time(document["addedAt"].AsInt64),
        ChangedAt = EvidenceDocument.Time(document["changedAt"].AsInt64),
        Values = new SortedDictionary<string, string>(
            document["values"].AsArray.ToDictionary(pair => pair[0].AsString, pair => pair[1].AsString), StringComparer.Ordinal),
    };
}
