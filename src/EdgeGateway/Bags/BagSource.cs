using System.Globalization;
using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>What an export needs, from a bag's entries that were proven before.</summary>
sealed class BagSource(BagFolder bag, BagLedger ledger) : IExportSource
{
    const int MaximumPath = 8192;

    public Task<ExportedEntry> EntryAsync(long index, params IEnumerable<long> sizes)
    {
        var folder = ledger.FolderOf(index) ?? throw new BagRefusedException("refused.absent", index);
        using var entry = BagEntry.Read(bag, folder, index);
        return Task.FromResult(new ExportedEntry(entry.Record, [.. sizes.Select(size => Path(entry, size))]));
    }

    public Task<byte[]> StampedLeafAsync(long index, string file) =>
        Task.FromResult(bag.Read(ledger.FolderOf(index) is { } folder ? $"{folder}/leaf.json" : file, LedgerRecord.MaximumLeafBytes));

    public Stream OpenObject(Hash digest, string of, string? medium) =>
        bag.OpenFile(bag.FindByDigest(digest) ?? throw new BagRefusedException("refused.absent-object", digest));

    /// <summary>What the record of its export says that belongs to an item.</summary>
    public ItemLinks Links(BagItem item, ExportRecord record)
    {
        var witnessed = record.Witnessed;
        if (witnessed.Cosigners.Count > 0)
        {
            var note = record.WitnessedNote is { } digest ? bag.FindByDigest(digest) : null;
            witnessed = witnessed with { Note = Encoding.UTF8.GetString(bag.Read(note ?? throw new BagRefusedException("refused.absent-note", item.Index), SignedNote.MaximumBytes)) };
        }

        return new ItemLinks(item.Index, record.Index, item.History[0], record.Device, record.Before, record.After, null, witnessed)
        {
            Later = [.. item.History.Skip(1).Zip(record.Later, (history, after) => new LaterLinks(history, after))],
        };
    }

    Hash[] Path(BagEntry entry, long size)
    {
        if (size == ledger.Checkpoint.Size) return entry.Proof.Path.ToArray();
        var file = string.Create(CultureInfo.InvariantCulture, $"{entry.Folder}/path-{size}.txt");
        if (bag.Has(file)) return ReadPath(bag, file);
        var own = string.Create(CultureInfo.InvariantCulture, $"{ledger.Folder}own/path-{size}.txt");
        if (entry.Index == 0 && bag.Has(own)) return ReadPath(bag, own);
        if (bag.Has($"{entry.Folder}/{BagPath.WitnessedProof}")
            && TlogProof.TryParse(bag.Read($"{entry.Folder}/{BagPath.WitnessedProof}", TlogProof.MaximumBytes), out var proof, out _) && proof.Checkpoint.Size == size)
        {
            return proof.Path.ToArray();
        }

        throw new BagRefusedException("refused.missing", file);
    }

    /// <exception cref="BagRefusedException">It is not a hash a line.</exception>
    public static Hash[] ReadPath(BagFolder bag, string file)
    {
        var lines = Encoding.ASCII.GetString(bag.Read(file, MaximumPath)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var path = new Hash[lines.Length];
        for (var i = 0; i < path.Length; i++)
        {
            var bytes = new byte[Hash.Length + 1];
            if (!Convert.TryFromBase64String(lines[i], bytes, out var length) || length != Hash.Length) throw new BagRefusedException("refused.path", file);
            path[i] = new Hash(bytes.AsSpan(0, length));
        }

        return path;
    }
}
