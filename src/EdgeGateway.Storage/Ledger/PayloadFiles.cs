using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Reads private parts out of closed bundles beside a gateway that runs. Safe for any number of threads.</summary>
/// <param name="size">Entries of a log that is closed, whose last bundle may be partial; without it, of one that is written.</param>
public sealed class PayloadFiles(string data, long size = long.MaxValue)
{
    readonly LedgerPaths _paths = new(data);

    // Entries come in order, so the bundle read last is nearly always the one that is asked for. Erasing replaces bundles, so
    // nobody is answered from what another instance read.
    [ThreadStatic]
    static (PayloadFiles Reader, string Path, byte[] Bytes) _last;

    /// <summary>
    /// Salt and private part of an entry, both empty where they were erased; null where its bundle is not closed yet, so
    /// that only the write-ahead log has them.
    /// </summary>
    /// <exception cref="LedgerCorruptException">The bundle is damaged.</exception>
    public (ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> PrivatePart)? Find(long index)
    {
        var number = index / TilePath.FullWidth;
        var path = _paths.Payloads(number, Width(number));
        if (_last.Reader != this || _last.Path != path)
        {
            if (!File.Exists(path)) return IsClosed(number) ? throw new LedgerCorruptException($"'{path}' is missing.") : null;
            _last = (this, path, File.ReadAllBytes(path));
        }

        var bytes = _last.Bytes;
        var (offset, length) = PayloadBundle.Locate(bytes, (int)(index % TilePath.FullWidth), path);
        return length == 0
            ? (default, default)
            : (bytes.AsMemory(offset, LedgerRecord.SaltBytes), bytes.AsMemory(offset + LedgerRecord.SaltBytes, length - LedgerRecord.SaltBytes));
    }

    /// <summary>A bundle's file, of these entries in order; erased ones stay erased.</summary>
    public static byte[] Encode(IReadOnlyList<LedgerRecord> records) => PayloadBundle.Encode(records);

    int Width(long number) => (int)Math.Min(TilePath.FullWidth, size - number * TilePath.FullWidth);

    bool IsClosed(long number) => size != long.MaxValue || File.Exists(_paths.File(TilePath.ForEntries(number)));
}
