using System.Buffers;

namespace EdgeGateway.Ledger;

/// <summary>Whose chain an entry continues (docs/ledger-format.md section 1).</summary>
public static class Subjects
{
    public const string Gateway = "gateway";

    /// <summary>The files that hold subjects give their length one byte.</summary>
    public const int MaximumLength = 255;

    static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.:");

    public static string Device(string id) => "device/" + id;

    /// <summary>The subject itself, if it can be one.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or has other characters than ASCII letters, digits and /-_.:</exception>
    public static string Checked(string subject) =>
        subject.Length is > 0 and <= MaximumLength && !subject.AsSpan().ContainsAnyExcept(Allowed)
            ? subject
            : throw new ArgumentException($"'{subject}' cannot be a subject in the ledger: 1 to {MaximumLength} letters, digits and /-_.: are needed.", nameof(subject));
}

/// <summary>Who caused an entry.</summary>
public static class Actors
{
    public const string Gateway = "system/gateway";

    public static string Device(string id) => "device/" + id;

    public static string Account(string id) => "account/" + id;
}
