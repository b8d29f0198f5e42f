using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeGateway.Evidence;

/// <summary>One JSON object of the gateway's own, in UTF-8, names and values as they are.</summary>
public static class JsonBytes
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="members">Writes the object's members.</param>
    public static byte[] Of(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
