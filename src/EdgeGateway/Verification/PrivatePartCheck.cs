using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// Reads private parts and media again: the part must be what the leaf commits to, and the bytes or the object what the
/// part's digest says. Reads only; safe for any number of threads.
/// </summary>
/// <param name="data">Where the media are.</param>
/// <param name="closed">The closed log whose private parts they are; null for the one that is written.</param>
sealed class PrivatePartCheck(string data, ClosedLedger? closed = null)
{
    readonly PayloadFiles _payloads = closed is null ? new PayloadFiles(data) : new PayloadFiles(closed.Folder, closed.Size);
    readonly HashSet<long> _tail = [];
    long _checked;

    /// <summary>How many commitments were found to hold.</summary>
    public long Checked => Interlocked.Read(ref _checked) + _tail.Count;

    /// <returns>What is wrong, in a sentence, or null.</returns>
    public string? Check(long index, ReadOnlySpan<byte> leaf)
    {
        try
        {
            if (_payloads.Find(index) is not { } part) return null;

            // Nothing erases in this version; a later one leaves a tombstone, which this one does not know how to read.
            if (part.Salt.IsEmpty) return "Its private part is gone, and no entry says who erased it and why.";
            if (CheckPart(new LedgerRecord(index, leaf.ToArray(), part.Salt, part.PrivatePart)) is { } wrong) return wrong;
            Interlocked.Increment(ref _checked);
            return null;
        }
        catch (LedgerCorruptException e)
        {
            return e.Message;
        }
    }

    /// <summary>The same for an entry of the write-ahead log, which alone has the private parts of the newest; one thread.</summary>
    public string? CheckTail(LedgerRecord record)
    {
        if (_payloads.Find(record.Index) is not null) return null;
        if (CheckPart(record) is { } wrong) return wrong;
        _tail.Add(record.Index);
        return null;
    }

    string? CheckPart(LedgerRecord record)
    {
        using var entry = EntryView.Parse(record);
        return entry.CommitmentHolds() ? CheckBytes(entry) : "Its private part is not what the leaf commits to.";
    }

    string? CheckBytes(EntryView entry)
    {
        if (entry.Private.Object("digest"u8)?.Digest("sha256"u8) is not { } digest) return null;
        if (entry.Private.Digest("object"u8) is { } stored) return CheckObject(stored);

        // A refusal keeps only the beginning of what arrived.
        if (entry.Kind == EntryKind.Quarantine || !entry.Private.TryGetProperty("bytes"u8, out var inline)) return null;
        return inline.TryGetBytesFromBase64(out var bytes) && new Hash(SHA256.HashData(bytes)) == digest
            ? null
            : "Its bytes are not those of its digest.";
    }

    string? CheckObject(Hash digest)
    {
        var name = digest.ToString();
        var path = Path.Combine(data, "objects", "sha256", name[..2], name[2..4], name);
        if (!File.Exists(path)) return $"Its object '{path}' is missing.";
        using var file = File.OpenRead(path);
        return new Hash(SHA256.HashData(file)) == digest ? null : $"Its object '{path}' has another digest.";
    }
}
