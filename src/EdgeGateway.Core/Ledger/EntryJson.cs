using System.Text.Json;

namespace EdgeGateway.Ledger;

/// <summary>Reading one field of an entry: null where it is absent or of another type, never an exception.</summary>
public static class EntryJson
{
    public static string? Text(this JsonElement json, ReadOnlySpan<byte> name) =>
        Find(json, name, JsonValueKind.String) is { } value ? value.GetString() : null;

    /// <summary>An integer; the ledger knows no other number.</summary>
    public static long? Integer(this JsonElement json, ReadOnlySpan<byte> name) =>
        Find(json, name, JsonValueKind.Number) is { } value && value.TryGetInt64(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonElement json, ReadOnlySpan<byte> name) =>
        LedgerTime.TryParse(json.Text(name), out var time) ? time : null;

    public static Hash? Digest(this JsonElement json, ReadOnlySpan<byte> name) =>
        Hash.TryParse(json.Text(name), out var hash) ? hash : null;

    public static JsonElement? Object(this JsonElement json, ReadOnlySpan<byte> name) => Find(json, name, JsonValueKind.Object);

    public static JsonElement? Array(this JsonElement json, ReadOnlySpan<byte> name) => Find(json, name, JsonValueKind.Array);

    static JsonElement? Find(JsonElement json, ReadOnlySpan<byte> name, JsonValueKind kind) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : null;
}
