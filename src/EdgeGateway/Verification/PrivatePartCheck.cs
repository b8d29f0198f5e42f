using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Verification;

/// <summary>
/// Reads private parts and media again: the part must be what the leaf commits to, and the bytes or the object what the
/// part's digest says; what is gone must be named by a tombstone, or by an entry that says to which medium it was moved.
/// Reads only; safe for any number of threads.
/// </summary>
/// <param name="data">Where the media are.</param>
/// <param name="log">Leaf hash of entry 0 of the log.</param>
/// <param name="removals">What the entries of all logs account for.</param>
/// <param name="closed">The closed log whose private parts they are; null for the one that is written.</param>
sealed class PrivatePartCheck(string data, Hash log, Removals removals, ClosedLedger? closed = null)
{
    readonly PayloadFiles _payloads = closed is null ? new PayloadFiles(data) : new PayloadFiles(closed.Folder, closed.Size);
    readonly HashSet<long> _tail = [];
    readonly ConcurrentDictionary<long, string> _gone = new();
    readonly ConcurrentDictionary<long, string> _away = new();
    long _checked;

    /// <summary>How many commitments were found to hold, without those of items that a tombstone names: a file may still hold what they were of.</summary>
    public long Checked => Interlocked.Read(ref _checked) + _tail.Count - removals.ErasedIn(log).Count(index => !_gone.ContainsKey(index));

    /// <summary>Items that a tombstone says were erased, also where a bundle or the write-ahead log still has to lose them.</summary>
    public long Erased => removals.ErasedIn(log).Count();

    /// <summary>Items whose object was moved to a medium, where nobody looked.</summary>
    public long OnMedia => _away.Keys.Count(index => removals.IsMoved(log, index) && !removals.IsErased(log, index));

    /// <summary>Once every entry of this log and of those after it was seen: the first item of which something is gone that no entry accounts for.</summary>
    public LogFault? Unexplained()
    {
        var fault = _gone.Where(gone => !removals.IsErased(log, gone.Key))
            .Concat(_away.Where(away => !removals.IsErased(log, away.Key) && !removals.IsMoved(log, away.Key)))
            .OrderBy(gone => gone.Key).FirstOrDefault();
        return fault.Value is null ? null : new LogFault("payloads", fault.Key, $"Entry {fault.Key}: {fault.Value}");
    }

    /// <returns>What is wrong, in a sentence, or null.</returns>
    public string? Check(long index, ReadOnlySpan<byte> leaf)
    {
        try
        {
            if (_payloads.Find(index) is not { } part) return null;
            if (part.Salt.IsEmpty)
            {
                _gone[index] = "Its private part is gone, and no entry says who erased it and why.";
                return null;
            }

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
        if (entry.Kind == EntryKind.Anchor) return CheckToken(entry);
        if (entry.Private.Object("digest"u8)?.Digest("sha256"u8) is not { } digest) return null;
        var sm3 = entry.Private.Object("digest"u8)?.Digest("sm3"u8);
        if (entry.Private.Digest("object"u8) is { } stored) return CheckObject(entry.Index, stored, sm3);

        // A refusal keeps only the beginning of what arrived.
        if (entry.Kind == EntryKind.Quarantine || !entry.Private.TryGetProperty("bytes"u8, out var inline)) return null;
        if (!inline.TryGetBytesFromBase64(out var bytes) || new Hash(SHA256.HashData(bytes)) != digest) return "Its bytes are not those of its digest.";
        return sm3 is null || Sm3.HashData(bytes) == sm3 ? null : "Its bytes are not those of its SM3 digest.";
    }

    /// <summary>The token that the leaf names, and the revocation lists that were too large for the private part.</summary>
    string? CheckToken(EntryView entry)
    {
        if (entry.Body.Digest("token"u8) is { } digest
            && !(entry.Private.TryGetProperty("token"u8, out var token) && token.ValueKind == System.Text.Json.JsonValueKind.String && token.TryGetBytesFromBase64(out var der) && new Hash(SHA256.HashData(der)) == digest))
        {
            return "Its time-stamp token is not the one that the leaf names.";
        }

        return entry.Private.Array("revocation"u8) is not { } lists ? null
            : lists.EnumerateArray().Select(list => list.Digest("object"u8) is { } stored ? CheckObject(entry.Index, stored, sm3: null) : null).FirstOrDefault(wrong => wrong is not null);
    }

    string? CheckObject(long index, Hash digest, Hash? sm3)
    {
        var name = digest.ToString();
        var path = Path.Combine(data, "objects", "sha256", name[..2], name[2..4], name);
        if (!File.Exists(path))
        {
            _away[index] = $"Its object '{path}' is missing.";
            return null;
        }

        using var file = File.OpenRead(path);
        if (new Hash(SHA256.HashData(file)) != digest) return $"Its object '{path}' has another digest.";
        if (sm3 is null) return null;
        file.Position = 0;
        var second = new Sm3();
        var buffer = new byte[1 << 20];
        for (int count; (count = file.Read(buffer)) > 0;) second.Append(buffer.AsSpan(0, count));
        return second.Digest() == sm3 ? null : $"Its object '{path}' has another SM3 digest.";
    }
}
