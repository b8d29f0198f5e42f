using System.Text;
using System.Text.Unicode;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>A property that is not a short printable text is not what it is for; the message counts all the same.</summary>
static class PrintableText
{
    // The limits of Interpretation.EventId, and of a media type by RFC 6838 section 4.2.
    public const int MaximumEventId = 256;
    public const int MaximumMediaType = 255;

    /// <returns>Null for what is none, or longer.</returns>
    public static string? Of(ReadOnlySpan<byte> utf8, int maximumLength) => Utf8.IsValid(utf8) ? Of(Encoding.UTF8.GetString(utf8), maximumLength) : null;

    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, int)"/>
    public static string? Of(string? text, int maximumLength) =>
        string.IsNullOrEmpty(text) || text.Length > maximumLength || text.Any(char.IsControl) ? null : text;
}
