using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>An <see cref="AnchorItem"/> as a LiteDB document.</summary>
static class AnchorDocument
{
    public static string Text(AnchorType type) => type == AnchorType.Timestamp ? "timestamp" : "cosignature";

    public static BsonDocument Write(AnchorItem anchor)
    {
        var document = new BsonDocument
        {
            ["_id"] = anchor.Index,
            ["type"] = Text(anchor.Type),
            ["time"] = EvidenceDocument.Microseconds(anchor.Time),
            ["by"] = anchor.By,
        };
        if (anchor.Size is { } size) document["size"] = size;
        if (anchor.Item is { } item) document["item"] = item;
        if (anchor.NotAfter is { } notAfter) document["notAfter"] = EvidenceDocument.Microseconds(notAfter);
        if (anchor.Hash is { } hash) document["hash"] = hash;
        return document;
    }

    public static AnchorItem Read(BsonDocument document) => new()
    {
        Index = document["_id"].AsInt64,
        Type = document["type"] == "timestamp" ? AnchorType.Timestamp : AnchorType.Cosignature,
        Time = EvidenceDocument.Time(document["time"].AsInt64),
        By = document["by"].AsString,
        Size = document["size"].IsInt64 ? document["size"].AsInt64 : null,
        Item = document["item"].IsInt64 ? document["item"].AsInt64 : null,
        NotAfter = document["notAfter"].IsInt64 ? EvidenceDocument.Time(document["notAfter"].AsInt64) : null,
        Hash = document["hash"].IsString ? document["hash"].AsString : null,
    };
}
