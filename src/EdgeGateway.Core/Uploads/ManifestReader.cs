using System.Text.Json;
using System.Text.Unicode;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Uploads;

/// <summary>
/// Reads a manifest: one JSON object (RFC 8259) with <c>size</c>, <c>chunkSize</c> and <c>sha256</c>, and beside them what the device
/// knows of the object. Members that are not known are passed over; one that is known and stands there twice makes it none. Pure.
/// </summary>
public static class ManifestReader
{
    /// <summary>The longest manifest.</summary>
    public const int MaximumBytes = 16 * 1024;

    const int MaximumDepth = 8;

    static readonly JsonReaderOptions Options = new() { MaxDepth = MaximumDepth };

    /// <returns>Null where it is no manifest; <paramref name="error"/> then says why, in a sentence of ASCII for the device.</returns>
    public static UploadManifest? Read(ReadOnlySpan<byte> json, out string error)
    {
        error = "The manifest is not one JSON object in UTF-8.";
        if (json.Length > MaximumBytes || !Utf8.IsValid(json)) return null;
        var members = new Members();
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!members.TryTake(ref reader, ref error)) return null;
            }

            // Reads to the end, so that nothing may follow the object.
            reader.Read();
        }
        catch (JsonException)
        {
            return null;
        }

        return members.ToManifest(out error);
    }

    struct Members
    {
        static readonly (string Name, int Maximum)[] Known =
        [
            ("size", 0), ("chunkSize", 0), ("sha256", 64), ("fileName", 255), ("contentType", 255), ("startedAt", 64), ("endedAt", 64), ("case", 256), ("officer", 256),
        ];

        readonly string?[] _texts = new string?[Known.Length];
        long? _size;
        long? _chunkSize;
        int _seen;

        public Members()
        {
        }

        public bool TryTake(ref Utf8JsonReader reader, ref string error)
        {
            var at = Find(ref reader);
            reader.Read();
            if (at < 0)
            {
                reader.Skip();
                return true;
            }

            var (name, maximum) = Known[at];
            if ((_seen & (1 << at)) != 0)
            {
                error = $"The manifest has '{name}' twice.";
                return false;
            }

            _seen |= 1 << at;
            error = $"'{name}' of the manifest is not what it should be.";
            if (maximum == 0) return TryTakeNumber(ref reader, at);
            if (reader.TokenType == JsonTokenType.Null) return true;
            if (reader.TokenType != JsonTokenType.String || !JsonScalar.TryReadText(ref reader, maximum, out var text) || text.Any(char.IsControl)) return false;
            _texts[at] = text.Length == 0 ? null : text;
            return true;
        }

        public readonly UploadManifest? ToManifest(out string error)
        {
            error = "The manifest needs 'size', 'chunkSize' and 'sha256'.";
            if (_size is not { } size || _chunkSize is not { } chunkSize || _texts[2] is not { } digest) return null;
            error = "'sha256' of the manifest is not 64 hexadecimal digits.";
            if (!Hash.TryParse(digest, out var sha256)) return null;
            error = "'size' of the manifest must be 1 or more.";
            if (size < 1) return null;
            error = "'chunkSize' of the manifest must be 16384 or more.";
            if (chunkSize is < UploadManifest.SmallestChunk or > int.MaxValue) return null;
            error = "'size' of the manifest is more than its chunks can number.";
            if (size / chunkSize >= int.MaxValue) return null;
            error = "";
            return new UploadManifest
            {
                Size = size,
                ChunkSize = (int)chunkSize,
                Sha256 = sha256,
                FileName = _texts[3],
                ContentType = _texts[4],
                StartedAt = _texts[5],
                EndedAt = _texts[6],
                Case = _texts[7],
                Officer = _texts[8],
            };
        }

        bool TryTakeNumber(ref Utf8JsonReader reader, int at)
        {
            // 2^53 - 1, RFC 7493 section 2.2: what every reader of JSON agrees on.
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number is < 0 or > 9007199254740991) return false;
            if (at == 0) _size = number;
            else _chunkSize = number;
            return true;
        }

        static int Find(ref Utf8JsonReader reader)
        {
            if (reader.ValueIsEscaped) return JsonScalar.TryReadText(ref reader, 16, out var name) ? Array.FindIndex(Known, known => known.Name == name) : -1;
            for (var i = 0; i < Known.Length; i++)
            {
                if (reader.ValueTextEquals(Known[i].Name)) return i;
            }

            return -1;
        }
    }
}
