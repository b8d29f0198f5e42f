using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Docks;

/// <summary>What is sealed before any file is picked up: what lay in the folder, and what its numbers leave open.</summary>
/// <param name="Runs">Of files that are new.</param>
sealed record DockListing(DockScan Scan, IReadOnlyList<NumberedRun> Runs)
{
    /// <param name="isNew">Files that are not picked up yet.</param>
    public static DockListing Of(DeviceProfile profile, DockScan scan, Func<DockFile, bool> isNew, Func<string, long?> before)
    {
        var numbered = new Dictionary<string, (MessageRule Rule, IReadOnlyDictionary<string, string> Per, List<long> Numbers)>(StringComparer.Ordinal);
        foreach (var file in scan.Files.Where(isNew))
        {
            if (DockFileRule.Of(profile, file) is not ({ } rule, var facts) || FilePattern.CounterOf(facts) is not { } number) continue;
            var per = rule.CounterPer.ToDictionary(place => place, place => facts[place], StringComparer.Ordinal);
            var group = NumberedRun.GroupOf(rule, per);
            if (!numbered.TryGetValue(group, out var found)) numbered[group] = found = (rule, per, []);
            found.Numbers.Add(number);
        }

        return new DockListing(scan, [.. numbered.Select(group => new NumberedRun(group.Key, group.Value.Rule.Name, group.Value.Per, CounterRun.Of(group.Value.Numbers, before(group.Key))))]);
    }

    /// <summary>One JSON object; names as they are.</summary>
    public byte[] ToJson(string folder, DateTimeOffset at) => JsonBytes.Of(json =>
    {
        json.WriteString("folder", folder);
        json.WriteString("at", LedgerTime.Format(at));
        json.WriteNumber("freeBytes", Scan.FreeBytes);
        json.WriteNumber("totalBytes", Scan.TotalBytes);
        json.WriteBoolean("cut", Scan.IsCut);
        json.WriteNumber("unnamed", Scan.Unnamed);
        json.WriteNumber("closed", Scan.Closed);
        json.WriteStartArray("numbers");
        foreach (var run in Runs) run.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("files");
        foreach (var file in Scan.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteNumber("size", file.Size);
            json.WriteString("modifiedAt", LedgerTime.Format(file.ModifiedAt));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}

/// <summary>The numbers of files that are numbered together.</summary>
/// <param name="Group">By what the next listing knows them.</param>
/// <param name="Per">What tells them from other files, such as the recorder's number.</param>
sealed record NumberedRun(string Group, string Message, IReadOnlyDictionary<string, string> Per, CounterRun Counters)
{
    public static string GroupOf(MessageRule rule, IReadOnlyDictionary<string, string> per) => string.Join('\0', [rule.Name, .. rule.CounterPer.Select(place => per[place])]);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("message", Message);
        json.WriteStartObject("per");
        foreach (var (place, value) in Per) json.WriteString(place, value);
        json.WriteEndObject();
        json.WriteNumber("first", Counters.First);
        json.WriteNumber("last", Counters.Last);
        json.WriteNumber("missing", Counters.Missing);
        json.WriteStartArray("holes");
        foreach (var (from, to) in Counters.Holes)
        {
            json.WriteStartArray();
            json.WriteNumberValue(from);
            json.WriteNumberValue(to);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>Which message a file is.</summary>
static class DockFileRule
{
    static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <returns>The first rule of the profile that its name fits, with what stands in its places; no rule where none does.</returns>
    public static (MessageRule? Rule, IReadOnlyDictionary<string, string> Facts) Of(DeviceProfile profile, DockFile file)
    {
        foreach (var rule in profile.Messages)
        {
            if (rule.File?.Match(file.Path) is { } facts) return (rule, facts);
        }

        return (null, None);
    }
}
