using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeGateway.Ledger;

/// <summary>The words that stand for <see cref="EntryKind"/> in a leaf.</summary>
public static class EntryKinds
{
    static readonly byte[][] Names =
        [.. Enum.GetNames<EntryKind>().Select(name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    static readonly Dictionary<string, EntryKind> ByName =
        Enum.GetValues<EntryKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant());

    public static ReadOnlySpan<byte> Name(EntryKind kind) => Names[(int)kind];

    public static string Text(EntryKind kind) => Encoding.ASCII.GetString(Names[(int)kind]);

    /// <returns>False for a kind that this version does not know.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, out EntryKind kind)
    {
        kind = default;
        return name is not null && ByName.TryGetValue(name, out kind);
    }
}
