using System.Security.Cryptography;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>Writes private parts and seals them with a fresh salt. Safe for any number of threads: each has its own buffer.</summary>
static class PrivateParts
{
    /// <summary>Up to here a message lies in its private part; larger ones are objects.</summary>
    public const int MaximumInlineBytes = 16 * 1024;

    const int MaximumAddressCharacters = 1024;
    const int MaximumClaimCharacters = 256;

    [ThreadStatic]
    static CanonicalJsonWriter? _json;

    /// <param name="sm3">Where the gateway is set to compute it.</param>
    /// <param name="inline">Whether the bytes are kept here; else they are the object with this digest.</param>
    public static SealedPart OfEvidence(Arrival arrival, in Hash digest, Hash? sm3, bool inline)
    {
        var json = Begin();
        json.Name("address"u8);
        json.String(Bounded(arrival.Address, MaximumAddressCharacters));
        if (inline)
        {
            json.Name("bytes"u8);
            json.Base64(arrival.Payload.Span);
        }

        var read = arrival.Interpretation;
        if (read.CapturedAt is { } capturedAt)
        {
            json.Name("capturedAt"u8);
            json.String(capturedAt);
        }

        if (read.CapturedAtUtc is { } utc)
        {
            json.Name("capturedAtUtc"u8);
            json.Time(utc);
        }

        WriteField(json, "case"u8, read, "case");
        if (arrival.ClaimedMediaType is { } claimed)
        {
            json.Name("claimedMediaType"u8);
            json.String(Bounded(claimed, MaximumClaimCharacters));
        }

        WriteDigest(json, digest, sm3);
        if (read.EventId is { } eventId)
        {
            json.Name("eventId"u8);
            json.String(eventId);
        }

        if (arrival.Object is { } media)
        {
            if (media.FileName is { } fileName)
            {
                json.Name("fileName"u8);
                json.String(fileName);
            }

            json.Name("manifest"u8);
            json.Base64(arrival.Payload.Span);
        }

        if (!inline)
        {
            json.Name("object"u8);
            json.Hex(digest);
        }

        WriteField(json, "officer"u8, read, "officer");
        return Seal(json);
    }

    /// <summary>A refusal keeps the beginning of what arrived, and the digest of all of it that did.</summary>
    public static SealedPart OfRefusal(Refusal refusal, bool withSm3 = false)
    {
        var json = Begin();
        json.Name("address"u8);
        json.String(Bounded(refusal.Address, MaximumAddressCharacters));
        json.Name("bytes"u8);
        json.Base64(refusal.Payload.Span[..Math.Min(refusal.Payload.Length, MaximumInlineBytes)]);
        if (refusal.Claimed is { } claimed)
        {
            json.Name("claimed"u8);
            json.String(Bounded(claimed, MaximumAddressCharacters));
        }

        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(refusal.Payload.Span, digest);
        WriteDigest(json, new Hash(digest), withSm3 ? Sm3.HashData(refusal.Payload.Span) : null);
        return Seal(json);
    }

    /// <summary>A private part of a kind that <paramref name="write"/> knows.</summary>
    public static SealedPart Of(Action<CanonicalJsonWriter> write)
    {
        var json = Begin();
        write(json);
        return Seal(json);
    }

    static CanonicalJsonWriter Begin()
    {
        var json = _json ??= new CanonicalJsonWriter(32 * 1024);
        json.Reset();
        json.BeginObject();
        return json;
    }

    static SealedPart Seal(CanonicalJsonWriter json)
    {
        json.EndObject();
        Span<byte> salt = stackalloc byte[LedgerRecord.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return SealedPart.Seal(json.Written, salt);
    }

    static void WriteField(CanonicalJsonWriter json, ReadOnlySpan<byte> name, Interpretation read, string field)
    {
        if (!read.Fields.TryGetValue(field, out var value)) return;
        json.Name(name);
        json.String(value);
    }

    static void WriteDigest(CanonicalJsonWriter json, in Hash digest, Hash? sm3)
    {
        json.Name("digest"u8);
        json.BeginObject();
        json.Name("sha256"u8);
        json.Hex(digest);
        if (sm3 is { } second)
        {
            json.Name("sm3"u8);
            json.Hex(second);
        }

        json.EndObject();
    }

    static string Bounded(string text, int maximum) => text.Length <= maximum ? text : text[..maximum];
}
