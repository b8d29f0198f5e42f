using EdgeGateway.Ledger;

namespace EdgeGateway.Custody;

/// <summary>An item that one of our own entries speaks of.</summary>
/// <param name="Subject">Whose chain that entry continues: the item's device, or the gateway where it has none.</param>
readonly record struct SealedItem(long Index, Hash LeafHash, string Subject)
{
    public void WriteTo(CanonicalJsonWriter json)
    {
        json.Name("item"u8);
        json.BeginObject();
        json.Name("index"u8);
        json.Number(Index);
        json.Name("leaf"u8);
        json.Hex(LeafHash);
        json.EndObject();
    }
}
