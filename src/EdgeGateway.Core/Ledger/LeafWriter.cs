using System.Security.Cryptography;

namespace EdgeGateway.Ledger;

/// <summary>
/// Writes leaves: the canonical JSON of docs/ledger-format.md section 1, and its leaf hash. One per writer; the buffer is
/// used again for each entry. Not safe for several threads.
/// </summary>
public sealed class LeafWriter
{
    public const int Version = 1;

    // The 0x00 of RFC 6962 section 2.1 stands before the leaf in the same memory: one pass hashes both.
    static ReadOnlySpan<byte> LeafPrefix => [0];

    readonly CanonicalJsonWriter _json = new(8192);
    readonly CanonicalJsonWriter _clock = new(256);

    /// <summary>The last leaf written; valid until the next one.</summary>
    public ReadOnlySpan<byte> Leaf => _json.Written[1..];

    /// <summary>Takes the clock, without which nothing can be written, for the entries that follow: one reading serves a group commit.</summary>
    public void SetClock(ClockReading clock)
    {
        _clock.Reset();
        _clock.BeginObject();
        _clock.Name("bootId"u8);
        _clock.String(clock.BootId);
        _clock.Name("monoUs"u8);
        _clock.Number(clock.MonotonicMicroseconds);
        if (clock.OffsetMicroseconds is { } offset)
        {
            _clock.Name("offsetUs"u8);
            _clock.Number(offset);
        }

        _clock.Name("source"u8);
        _clock.String(clock.Source);
        _clock.Name("state"u8);
        _clock.Ascii(ClockStates.Name(clock.State));
        if (clock.UncertaintyMicroseconds is { } uncertainty)
        {
            _clock.Name("uncertaintyUs"u8);
            _clock.Number(uncertainty);
        }

        _clock.EndObject();
    }

    /// <param name="log">Leaf hash of entry 0, or null when this is entry 0.</param>
    /// <param name="previous">Leaf hash of the subject's entry before, or null when this is its first.</param>
    /// <returns>The leaf hash.</returns>
    /// <exception cref="InvalidOperationException">The leaf is larger than 4 KiB: the draft's maker did not bound its body.</exception>
    public Hash Write(EntryDraft draft, DateTimeOffset at, in Hash? log, long sequence, in Hash? previous, in RepeatFacts repeat)
    {
        var json = _json;
        json.Reset();
        json.Preamble(LeafPrefix);
        json.BeginObject();
        json.Name("actor"u8);
        json.String(draft.Actor);
        json.Name("at"u8);
        json.Time(at);
        json.Name("auth"u8);
        WriteAuthentication(json, draft.Authentication);
        if (draft.Batch is { } batch) WriteBatch(json, batch);
        json.Name("body"u8);
        draft.WriteBody(json, repeat);
        json.Name("clock"u8);
        json.Raw(_clock.Written);
        json.Name("commit"u8);
        json.Hex(draft.PrivatePart.Commitment);
        json.Name("kind"u8);
        json.Ascii(EntryKinds.Name(draft.Kind));
        if (log is { } first)
        {
            json.Name("log"u8);
            json.Hex(first);
        }

        if (previous is { } before)
        {
            json.Name("prev"u8);
            json.Hex(before);
        }

        json.Name("seq"u8);
        json.Number(sequence);
        json.Name("subject"u8);
        json.String(draft.Subject);
        json.Name("v"u8);
        json.Number(Version);
        json.EndObject();

        if (json.Length - 1 > LedgerRecord.MaximumLeafBytes)
        {
            throw new InvalidOperationException(
                $"A leaf of kind {draft.Kind} for {draft.Subject} would have {json.Length - 1} bytes; {LedgerRecord.MaximumLeafBytes} are allowed.");
        }

        Span<byte> hash = stackalloc byte[Hash.Length];
        SHA256.HashData(json.Written, hash);
        return new Hash(hash);
    }

    static void WriteBatch(CanonicalJsonWriter json, EntryBatch batch)
    {
        json.Name("batch"u8);
        json.BeginObject();
        json.Name("id"u8);
        json.String(batch.Id);
        json.Name("n"u8);
        json.Number(batch.Number);
        json.Name("of"u8);
        json.Number(batch.Of);
        json.EndObject();
    }

    static void WriteAuthentication(CanonicalJsonWriter json, Evidence.Authentication authentication)
    {
        json.BeginObject();
        if (authentication.CredentialId is { } credential)
        {
            json.Name("credentialId"u8);
            json.String(credential);
        }

        json.Name("method"u8);
        json.String(authentication.Method);
        json.Name("tls"u8);
        json.String(authentication.Tls);
        json.EndObject();
    }
}
