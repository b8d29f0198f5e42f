using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>Reads private parts out of closed bundles beside a gateway that runs. Safe for any number of threads.</summary>
public sealed class PayloadFiles(string data)
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
        var path = _paths.Payloads(number);
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

    bool IsClosed(long number) => File.Exists(_paths.File(TilePath.ForEntries(number)));
}
