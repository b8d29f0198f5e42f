using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Devices;

/// <summary>A device's name everywhere: <c>[a-z0-9][a-z0-9-]{0,63}</c>. Site and account ids have the same form.</summary>
public sealed record DeviceId
{
    public const int MaximumLength = 64;

    DeviceId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DeviceId? id)
    {
        id = null;
        if (text is not { Length: > 0 and <= MaximumLength } || text[0] == '-') return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-') return false;
        }

        id = new DeviceId(text);
        return true;
    }

    public static DeviceId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException(
                $"'{text}' is not an id: use 1 to {MaximumLength} lower-case letters, digits and hyphens, beginning with a letter or digit.");

    public override string ToString() => Value;
}
