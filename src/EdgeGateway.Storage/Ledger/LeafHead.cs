using System.Text.Json;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>The few fields of a leaf that storage itself needs.</summary>
/// <param name="Log">Leaf hash of entry 0; null in entry 0.</param>
/// <param name="Previous">Leaf hash of the subject's entry before; null in its first.</param>
readonly record struct LeafHead(string Subject, long Sequence, DateTimeOffset At, Hash? Log, Hash? Previous)
{
    public static bool TryRead(ReadOnlySpan<byte> leaf, out LeafHead head)
    {
        string? subject = null, at = null, log = null, previous = null;
        long sequence = 0;
        head = default;
        try
        {
            // No leaf can be deeper than it is long: what was sealed must never be refused when it is read back.
            var reader = new Utf8JsonReader(leaf, new JsonReaderOptions { MaxDepth = LedgerRecord.MaximumLeafBytes });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSubject = reader.ValueTextEquals("subject"u8);
                var isAt = reader.ValueTextEquals("at"u8);
                var isSequence = reader.ValueTextEquals("seq"u8);
                var isLog = reader.ValueTextEquals("log"u8);
                var isPrevious = reader.ValueTextEquals("prev"u8);
                reader.Read();
                if (isSubject) subject = reader.GetString();
                else if (isAt) at = reader.GetString();
                else if (isSequence) sequence = reader.GetInt64();
                else if (isLog) log = reader.GetString();
                else if (isPrevious) previous = reader.GetString();
                else reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        if (subject is null || sequence < 1 || !LedgerTime.TryParse(at, out var time)) return false;
        if (!TryRead(log, out var first) || !TryRead(previous, out var before)) return false;
        head = new LeafHead(subject, sequence, time, first, before);
        return true;
    }

    static bool TryRead(string? hex, out Hash? hash)
    {
        hash = null;
        if (hex is null) return true;
        var isHash = Hash.TryParse(hex, out var read);
        hash = read;
        return isHash;
    }
}
