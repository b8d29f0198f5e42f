using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Tests.Support;

/// <summary>RFC 8785 over what the platform's parser read: a second way to the canonical form, slow and plain.</summary>
static class LedgerCanonical
{
    public static string Of(ReadOnlyMemory<byte> json)
    {
        var text = new StringBuilder();
        Write(JsonDocument.Parse(json).RootElement, text);
        return text.ToString();
    }

    static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                // Section 3.2.3: by UTF-16 code units, which is what ordinal is.
                var names = value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).ToList();
                text.Append('{');
                for (var i = 0; i < names.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    Write(names[i].Name, text);
                    text.Append(':');
                    Write(names[i].Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (var i = 0; i < value.GetArrayLength(); i++)
                {
                    if (i > 0) text.Append(',');
                    Write(value[i], text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(value.GetInt64().ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new FormatException($"{value.ValueKind} does not occur in the ledger.");
        }
    }

    // Section 3.2.2.2.
    static void Write(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        text.Append('"');
    }
}
