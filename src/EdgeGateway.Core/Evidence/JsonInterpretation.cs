using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using EdgeGateway.Profiles;

namespace EdgeGateway.Evidence;

/// <summary>
/// Reads what a rule asks for out of a JSON message, in one pass and without building it in memory. Pure; safe for any
/// number of threads.
/// </summary>
public static class JsonInterpretation
{
    public const int MaximumDepth = 64;

    const int MaximumValueLength = 256;
    const int MaximumTimeLength = 64;

    static readonly Interpretation Failed = new() { Verdict = ParseVerdict.Failed };

    // Compiled once per rule; held weakly, so that the rules of a replaced profile can go.
    static readonly ConditionalWeakTable<MessageRule, JsonPointerSet> Compiled = [];

    static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    /// <summary>
    /// <see cref="ParseVerdict.None"/> for formats other than JSON, and for <see cref="PayloadFormat.Auto"/> where the
    /// payload is not one JSON object. <see cref="ParseVerdict.Failed"/> where it should be one and is not, where a value
    /// that is asked for stands there twice (readers differ on which one counts, so none is taken), and where one is not
    /// a short scalar (the others are kept). What is missing is no failure.
    /// </summary>
    public static Interpretation Read(MessageRule rule, ReadOnlySpan<byte> payload)
    {
        if (rule.Format is not (PayloadFormat.Json or PayloadFormat.Auto)) return Interpretation.None;

        var otherwise = rule.Format == PayloadFormat.Json ? Failed : Interpretation.None;
        payload = WithoutByteOrderMark(payload);
        if (!BeginsAnObject(payload) || !Utf8.IsValid(payload)) return otherwise;

        var pointers = Compiled.GetValue(rule, JsonPointerSet.Compile);
        var reader = new Utf8JsonReader(payload, Options);
        var findings = new Findings(pointers);
        try
        {
            reader.Read();
            findings.Read(ref reader, pointers.Root);
            reader.Read();
        }
        catch (JsonException)
        {
            return otherwise;
        }

        return findings.Ambiguous ? Failed : findings.ToInterpretation(rule);
    }

    // RFC 8259 section 8.1: a byte order mark may be ignored.
    static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> payload) =>
        payload.StartsWith("\uFEFF"u8) ? payload[3..] : payload;

    // The bytes of a picture are known not to be JSON without looking further than this.
    static bool BeginsAnObject(ReadOnlySpan<byte> payload)
    {
        var start = payload.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && payload[start] == (byte)'{';
    }

    struct Findings(JsonPointerSet pointers)
    {
        // One bit for each of the at most 128 places.
        UInt128 _visited;
        string? _eventId;
        string? _capturedAt;
        Dictionary<string, string>? _fields;
        bool _unreadable;

        public bool Ambiguous { get; private set; }

        /// <summary>Takes the value that the reader stands on, and leaves the reader on its last token.</summary>
        public void Read(ref Utf8JsonReader reader, JsonPointerSet.Node? node)
        {
            if (node is null)
            {
                reader.Skip();
                return;
            }

            var bit = UInt128.One << node.Id;
            Ambiguous |= (_visited & bit) != 0;
            _visited |= bit;
            for (var i = 0; i < node.Slots.Count; i++) Take(ref reader, node.Slots[i]);

            if (node.Children.Count == 0)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var child = node.Find(ref reader);
                    reader.Read();
                    Read(ref reader, child);
                }
            }
            else if (reader.TokenType == JsonTokenType.StartArray)
            {
                for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
                {
                    Read(ref reader, node.At(index));
                }
            }
        }

        public readonly Interpretation ToInterpretation(MessageRule rule) => new()
        {
            Verdict = _unreadable ? ParseVerdict.Failed : ParseVerdict.Ok,
            EventId = _eventId,
            CapturedAt = _capturedAt,
            CapturedAtUtc = _capturedAt is null ? null : rule.CapturedAt!.Read(_capturedAt),
            Fields = _fields ?? Interpretation.None.Fields,
        };

        void Take(ref Utf8JsonReader reader, int slot)
        {
            if (reader.TokenType == JsonTokenType.Null) return;

            var maximum = slot == JsonPointerSet.CapturedAtSlot ? MaximumTimeLength : MaximumValueLength;
            if (!JsonScalar.TryRead(ref reader, maximum, out var text))
            {
                _unreadable = true;
                return;
            }

            // An empty text is what some devices write for "none".
            if (text.Length == 0) return;
            if (slot == JsonPointerSet.EventIdSlot) _eventId = text;
            else if (slot == JsonPointerSet.CapturedAtSlot) _capturedAt = text;
            else (_fields ??= new(StringComparer.Ordinal))[pointers.Field(slot)] = text;
        }
    }
}
