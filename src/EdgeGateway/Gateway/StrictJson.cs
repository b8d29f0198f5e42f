using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeGateway.Gateway;

/// <summary>
/// Reads an object that somebody else wrote. What <see cref="JsonNode"/> only finds when a member is asked for (a name twice, half a
/// surrogate pair) is found here, so that whoever asks later meets values and nothing else.
/// </summary>
static class StrictJson
{
    static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">It is not JSON, no object, or says something twice or in no valid text.</exception>
    public static JsonObject ReadObject(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = JsonNode.Parse(bytes, documentOptions: Once) as JsonObject ?? throw new JsonException("It is no object.");
            Visit(json);
            return json;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (_, value) in json) Visit(value);
                break;
            case JsonArray array:
                foreach (var value in array) Visit(value);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }
}
