using EdgeGateway.Ledger;
using LiteDB;

namespace EdgeGateway.Storage.Registry;

/// <summary>What <c>registry.db</c> keeps of some kinds of entries, in collections of its own.</summary>
interface IRegistryPart
{
    bool Takes(EntryKind kind);

    /// <summary>Takes one entry, in the order of the ledger, within the transaction that moves the position.</summary>
    void Take(LiteDatabase database, EntryView entry);
}
