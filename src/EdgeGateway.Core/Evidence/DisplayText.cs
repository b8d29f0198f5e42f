using System.Globalization;
using System.Text;

namespace EdgeGateway.Evidence;

/// <summary>
/// Text from devices and files made fit for a log, a terminal or a page: what could move the cursor, change the order of
/// reading or hide itself is shown as <c>\u{…}</c>, and the length is bounded. For showing only: what is sealed stays as
/// it came.
/// </summary>
public static class DisplayText
{
    public const int DefaultLength = 200;

    public static string Of(string? text, int maximumLength = DefaultLength)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text.Length <= maximumLength && !NeedsEscape(text)) return text;

        var shown = new StringBuilder(Math.Min(text.Length, maximumLength) + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= maximumLength) return shown.Append('…').ToString();
            if (IsPlain(rune)) shown.Append(rune.ToString());
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }

        return shown.ToString();
    }

    static bool NeedsEscape(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPlain(rune)) return true;
        }

        return false;
    }

    // Controls (ANSI begins with one), formats (bidi overrides, zero-width), separators other than the space, private
    // use, and what is not assigned: none of them says anything that a reader should take for text.
    static bool IsPlain(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator);
}
