using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeGateway.Ledger;

/// <summary>
/// An entry read into (docs/ledger-format.md): its header typed, its body and private part as JSON. Unknown fields, kinds
/// and versions are let through, because a reader shows what it does not understand; in an entry of an unknown version
/// whatever part of the header is missing is empty. Whether the bytes are canonical is the verifier's question, not asked
/// here. Not safe for several threads; valid until disposed, and only while the record's memory is unchanged.
/// </summary>
public sealed class EntryView : IDisposable
{
    public const int CurrentVersion = 1;

    const int MaximumDepth = 16;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };

    readonly LedgerRecord _record;
    readonly JsonDocument _leaf;
    readonly JsonDocument? _private;

    EntryView(LedgerRecord record, JsonDocument leaf, JsonDocument? privatePart)
    {
        _record = record;
        _leaf = leaf;
        _private = privatePart;
    }

    /// <summary>Position in the ledger, from 0.</summary>
    public long Index => _record.Index;

    /// <summary>Field <c>v</c>; of another than <see cref="CurrentVersion"/> only the header is to be trusted.</summary>
    public long Version { get; private set; }

    /// <summary>Null where the version or the kind is unknown; <see cref="KindName"/> has the text.</summary>
    public EntryKind? Kind { get; private set; }

    public string KindName { get; private set; } = "";

    public DateTimeOffset At { get; private set; }

    public string Subject { get; private set; } = "";

    /// <summary>The id in a subject <c>device/&lt;id&gt;</c>; null for another subject.</summary>
    public string? SubjectDevice =>
        Subject.StartsWith("device/", StringComparison.Ordinal) ? Subject["device/".Length..] : null;

    public long Seq { get; private set; }

    /// <summary>Leaf hash of the subject's entry before this one; null in its first.</summary>
    public Hash? Prev => Header.Digest("prev"u8);

    /// <summary>Leaf hash of entry 0; null in entry 0.</summary>
    public Hash? Log => Header.Digest("log"u8);

    public string Actor { get; private set; } = "";

    public Hash Commit { get; private set; }

    /// <summary>The whole leaf, for what has no property here (<c>auth</c>, <c>batch</c>, <c>clock</c>).</summary>
    public JsonElement Header => _leaf.RootElement;

    /// <summary>The facts by kind: an object, or undefined where there is none.</summary>
    public JsonElement Body => Header.Object("body"u8) ?? default;

    /// <summary>The private part: an object, or undefined once it was erased.</summary>
    public JsonElement Private => _private?.RootElement ?? default;

    public bool IsErased => _private is null;

    /// <summary>SHA-256(0x00 ‖ leaf), RFC 6962 section 2.1. Computed at each call.</summary>
    public Hash LeafHash
    {
        get
        {
            Span<byte> input = stackalloc byte[1 + LedgerRecord.MaximumLeafBytes];
            input[0] = 0;
            _record.Leaf.Span.CopyTo(input[1..]);
            Span<byte> hash = stackalloc byte[Hash.Length];
            SHA256.HashData(input[..(1 + _record.Leaf.Length)], hash);
            return new Hash(hash);
        }
    }

    /// <summary>Whether salt and private part are here and are the ones that the leaf commits to; false once erased.</summary>
    public bool CommitmentHolds()
    {
        if (IsErased || _record.Salt.Length != LedgerRecord.SaltBytes) return false;
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha256.AppendData("edgegw/private/v1\n"u8);
        sha256.AppendData(_record.Salt.Span);
        sha256.AppendData(_record.PrivatePart.Span);
        Span<byte> hash = stackalloc byte[Hash.Length];
        sha256.GetHashAndReset(hash);
        return new Hash(hash) == Commit;
    }

    /// <exception cref="LedgerCorruptException">Not an entry; the message names its index and what is wrong.</exception>
    public static EntryView Parse(in LedgerRecord record)
    {
        var leaf = ParseObject(record.Index, "leaf", record.Leaf, LedgerRecord.MaximumLeafBytes);
        JsonDocument? privatePart = null;
        try
        {
            if (!record.PrivatePart.IsEmpty)
            {
                privatePart = ParseObject(
                    record.Index, "private part", record.PrivatePart, LedgerRecord.MaximumPrivateBytes);
            }

            var view = new EntryView(record, leaf, privatePart);
            view.ReadHeader();
            return view;
        }
        catch
        {
            leaf.Dispose();
            privatePart?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _leaf.Dispose();
        _private?.Dispose();
    }

    void ReadHeader()
    {
        Version = Header.Integer("v"u8) ?? throw Malformed("v");
        var known = Version == CurrentVersion;
        KindName = Header.Text("kind"u8) ?? (known ? throw Malformed("kind") : "");
        Kind = known && EntryKinds.TryParse(KindName, out var kind) ? kind : null;
        At = Header.Time("at"u8) ?? (known ? throw Malformed("at") : default);
        Subject = Header.Text("subject"u8) ?? (known ? throw Malformed("subject") : "");
        Seq = Header.Integer("seq"u8) ?? (known ? throw Malformed("seq") : 0);
        Actor = Header.Text("actor"u8) ?? (known ? throw Malformed("actor") : "");
        Commit = Header.Digest("commit"u8) ?? (known ? throw Malformed("commit") : default);
    }

    LedgerCorruptException Malformed(string field) =>
        new($"Entry {Index} is malformed: its leaf has no valid '{field}'.");

    static JsonDocument ParseObject(long index, string part, ReadOnlyMemory<byte> json, int maximumBytes)
    {
        if (json.Length > maximumBytes)
            throw new LedgerCorruptException($"Entry {index} is malformed: its {part} has {json.Length} bytes, over {maximumBytes}.");
        if (!Utf8.IsValid(json.Span) || !EscapesAreCharacters(json.Span))
            throw new LedgerCorruptException($"Entry {index} is malformed: its {part} is not text.");
        try
        {
            var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw new LedgerCorruptException($"Entry {index} is malformed: its {part} is not JSON ({e.Message}).");
        }

        throw new LedgerCorruptException($"Entry {index} is malformed: its {part} is not an object.");
    }

    // RFC 8785 section 3.2.2.2 escapes control characters only. Half of a surrogate pair, which JSON allows and which no
    // string can hold, is thereby ruled out before anything reads it.
    static bool EscapesAreCharacters(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            if (at + 1 < json.Length && json[at + 1] == 'u' && !json[(at + 2)..].StartsWith("00"u8)) return false;
            json = json[Math.Min(at + 2, json.Length)..];
        }

        return true;
    }
}
