using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Evidence;

/// <summary>Where a value is in a JSON message (RFC 6901).</summary>
public static class JsonPointer
{
    public const int MaximumLength = 256;
    public const int MaximumTokens = 8;

    /// <summary>
    /// RFC 6901 section 3 and 4: tokens led by <c>/</c>, with <c>~1</c> for <c>/</c> and <c>~0</c> for <c>~</c>. The empty
    /// pointer (the whole document) is refused: a message is an object and none of its values.
    /// </summary>
    public static bool TryParse(string pointer, [NotNullWhen(true)] out string[]? tokens, [NotNullWhen(false)] out string? error)
    {
        tokens = null;
        error = null;
        if (pointer.Length == 0 || pointer[0] != '/') error = "it must begin with '/'";
        else if (pointer.Length > MaximumLength) error = $"it must have at most {MaximumLength} characters";
        if (error is not null) return false;

        tokens = pointer[1..].Split('/');
        if (tokens.Length > MaximumTokens) error = $"it must have at most {MaximumTokens} levels";
        for (var i = 0; i < tokens.Length && error is null; i++)
        {
            for (var at = tokens[i].IndexOf('~'); at >= 0; at = tokens[i].IndexOf('~', at + 1))
            {
                if (at + 1 == tokens[i].Length || tokens[i][at + 1] is not ('0' or '1')) error = "'~' must be written ~0 and '/' inside a name ~1";
            }

            // ~1 first: otherwise ~01 would become / instead of ~1 (RFC 6901 section 4).
            tokens[i] = tokens[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        if (error is not null) tokens = null;
        return error is null;
    }
}
