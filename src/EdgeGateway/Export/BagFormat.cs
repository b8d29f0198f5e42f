using System.Reflection;

namespace EdgeGateway.Export;

/// <summary>What an export seals of the program that writes the bag.</summary>
static class BagFormat
{
    /// <summary>
    /// Of everything that an export writes from entries: lists, guide, script and names. Raised whenever the same entries
    /// would give another byte, because the verifier writes it all again and compares.
    /// </summary>
    public const long Current = 3;

    /// <summary>From this one on the bag has every entry between the record and the end of the tree.</summary>
    public const long FirstToTheEnd = 3;

    public static string Software { get; } = $"edgegw {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}";
}
