using System.Globalization;
using System.Text.Json;
using EdgeGateway.Gateway;

namespace EdgeGateway.Capture;

/// <summary>One MQTT message of a capture: a line of JSON <c>{"at","device","topic","payload"}</c>, the payload in base64.</summary>
/// <param name="At">The gateway's UTC when it had arrived.</param>
/// <param name="Device">The id that had signed in.</param>
sealed record CapturedMessage(DateTimeOffset At, string Device, string Topic, ReadOnlyMemory<byte> Payload)
{
    public byte[] ToLine()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("device", Device);
            json.WriteString("topic", Topic);
            json.WriteBase64String("payload", Payload.Span);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>Reads a line; every member must be there, and no other.</summary>
    /// <exception cref="JsonException">It is no message of a capture; says why.</exception>
    public static CapturedMessage Parse(string line)
    {
        var json = StrictJson.ReadObject(System.Text.Encoding.UTF8.GetBytes(line));
        if (json.FirstOrDefault(member => member.Key is not ("at" or "device" or "topic" or "payload")) is { Key: { } other }) throw new JsonException($"'{other}' is no member of a captured message");
        var payload = Text("payload");
        var bytes = new byte[payload.Length];
        if (!Convert.TryFromBase64String(payload, bytes, out var length)) throw new JsonException("'payload' is not base64");
        return DateTimeOffset.TryParseExact(
            Text("at"), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new CapturedMessage(at, Text("device"), Text("topic"), bytes.AsMemory(0, length))
            : throw new JsonException("'at' is not a time like 2026-11-20T08:00:00.000000Z");

        string Text(string name) =>
            json[name]?.GetValueKind() == JsonValueKind.String ? json[name]!.GetValue<string>() : throw new JsonException($"'{name}' is missing, or no text");
    }
}
