using EdgeGateway.Ledger;

namespace EdgeGateway.Custody;

/// <summary>An item that one of our own entries speaks of.</summary>
/// <param name="Log">Leaf hash of entry 0 of its log where that is a closed one; null for the log that is written.</param>
/// <param name="Subject">Whose chain that entry continues: the item's device, or the gateway where it has none.</param>
readonly record struct SealedItem(long Index, Hash LeafHash, string Subject, Hash? Log)
{
    /// <summary>Whether it is a bench's, and so is never to be filed as evidence.</summary>
    public bool IsBench { get; init; }

    public void WriteTo(CanonicalJsonWriter json)
    {
        json.Name("item"u8);
        json.BeginObject();
        json.Name("index"u8);
        json.Number(Index);
        json.Name("leaf"u8);
        json.Hex(LeafHash);
        if (Log is { } log)
        {
            json.Name("log"u8);
            json.Hex(log);
        }

        json.EndObject();
    }
}
