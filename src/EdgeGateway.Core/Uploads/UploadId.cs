namespace EdgeGateway.Uploads;

/// <summary>A device's own name for an upload: 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit.</summary>
public static class UploadId
{
    public const int MaximumLength = 64;

    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > MaximumLength || !char.IsAsciiLetterOrDigit(id[0])) return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')) return false;
        }

        return true;
    }
}
