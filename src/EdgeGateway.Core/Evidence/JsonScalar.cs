using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Evidence;

/// <summary>A JSON string, number or boolean as text: strings with escapes undone, numbers exactly as written.</summary>
static class JsonScalar
{
    // The longest escape, \u1234, is six bytes for one character; a character takes at most three bytes unescaped.
    const int MaximumBytesPerCharacter = 6;

    /// <returns>False for an object or array, more than <paramref name="maximum"/> characters, or half a surrogate pair.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, int maximum, [NotNullWhen(true)] out string? text)
    {
        text = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                text = "true";
                return true;
            case JsonTokenType.False:
                text = "false";
                return true;
            case JsonTokenType.Number when reader.ValueSpan.Length <= maximum:
                text = Encoding.ASCII.GetString(reader.ValueSpan);
                return true;
            case JsonTokenType.String:
                return TryReadText(ref reader, maximum, out text);
            default:
                return false;
        }
    }

    /// <summary>The same for a string or the name of a property.</summary>
    public static bool TryReadText(ref Utf8JsonReader reader, int maximum, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (reader.ValueSpan.Length > maximum * MaximumBytesPerCharacter) return false;

        Span<char> characters = stackalloc char[maximum * MaximumBytesPerCharacter];
        int length;
        try
        {
            length = reader.CopyString(characters);
        }
        catch (InvalidOperationException)
        {
            // The documented answer to an escaped lone surrogate (\ud800), which is no Unicode text; the payload's bytes
            // are known to be UTF-8 and the token to be a text, so nothing else can be meant.
            return false;
        }

        if (length > maximum) return false;
        text = new string(characters[..length]);
        return true;
    }
}
