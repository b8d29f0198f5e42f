namespace EdgeGateway.Ledger;

/// <summary>
/// What an entry states (docs/ledger-format.md, "Kinds"). All kinds are reserved from the first version on; a reader
/// shows an unknown one and a writer never appends to a log that holds one.
/// </summary>
public enum EntryKind
{
    Genesis,
    Key,
    Anchor,
    Evidence,
    Quarantine,
    Observation,
    Review,
    Custody,
    Device,
    Site,
    Finding,
    Cleanup,
    Report,
    Rule,
    Clock,
    Gap,
    Tombstone,
    Gateway,
}
