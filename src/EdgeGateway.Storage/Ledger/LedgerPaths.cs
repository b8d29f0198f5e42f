using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Where the files of a data directory's ledger are (docs/ledger-format.md section 4).</summary>
sealed record LedgerPaths(string Data)
{
    public string Ledger => Path.Combine(Data, "ledger");

    public string Checkpoint => Path.Combine(Ledger, "checkpoint");

    public string History => Path.Combine(Ledger, "checkpoints");

    public string Wal => Path.Combine(Ledger, "wal");

    public string State => Path.Combine(Ledger, "state");

    public string Heads => Path.Combine(Ledger, "heads");

    public string Repeats => Path.Combine(Ledger, "repeats");

    public string Erasures => Path.Combine(Ledger, "erasures");

    /// <summary>Repeats that a log before this one knew.</summary>
    public string Carried => Path.Combine(Ledger, "carried");

    public string Tiles => Path.Combine(Ledger, "tile");

    public string AllPayloads => Path.Combine(Data, "payloads");

    public string File(TilePath path) => Path.Combine(Ledger, path.ToString());

    /// <summary>The private parts of the entries of bundle <paramref name="number"/>.</summary>
    /// <param name="width">Fewer than 256 in the last bundle of a closed log.</param>
    public string Payloads(long number, int width = TilePath.FullWidth) =>
        Path.Combine(AllPayloads, TilePath.ForEntries(number, width).ToString()["tile/entries/".Length..]);
}
