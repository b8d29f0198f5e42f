namespace EdgeGateway.Ledger;

/// <summary>
/// Gives the bytes of one file of a log, or null where there is none. Whoever asks for a partial tile falls back to the
/// full one by itself, as a log may delete a partial tile once the full one is there. Where it is called from several
/// threads, that is said there. An I/O error is thrown, and passes through.
/// </summary>
public delegate ReadOnlyMemory<byte>? TileReader(TilePath path);
