using System.Text.Json;

namespace EdgeGateway.Ledger;

/// <summary>The words in <c>flags</c> of a body (docs/ledger-format.md section 3): a sorted array, absent when empty.</summary>
public static class EntryFlags
{
    /// <summary>Of a device, and of all that it sends: made up by a bench, and never to be filed as evidence.</summary>
    public const string Bench = "bench";

    /// <summary>The sender says that it may have sent this before.</summary>
    public const string Duplicate = "dup";

    /// <summary>A dock's file that was picked up later than the settings allow.</summary>
    public const string Late = "late";

    /// <summary>Writes those that are true, or nothing.</summary>
    public static void Write(CanonicalJsonWriter body, bool isBench, bool isDuplicate = false, bool isLate = false)
    {
        if (!isBench && !isDuplicate && !isLate) return;
        body.Name("flags"u8);
        body.BeginArray();
        if (isBench) body.String(Bench);
        if (isDuplicate) body.String(Duplicate);
        if (isLate) body.String(Late);
        body.EndArray();
    }

    public static bool HasFlag(this JsonElement body, string flag)
    {
        if (body.Array("flags"u8) is not { } flags) return false;
        foreach (var each in flags.EnumerateArray())
        {
            if (each.ValueKind == JsonValueKind.String && each.ValueEquals(flag)) return true;
        }

        return false;
    }
}
