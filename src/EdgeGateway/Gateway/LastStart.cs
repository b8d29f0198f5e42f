using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Gateway;

/// <summary>
/// What the gateway was started with last (<c>started.json</c> in the data directory): a command while it is stopped takes the settings that
/// it is not given itself from there, so that it works with the witnesses, authorities and profiles of this site and not with none.
/// </summary>
/// <param name="Settings">By <c>Section:Key</c>; paths in full.</param>
/// <param name="Profiles">SHA-256 by id.</param>
sealed record LastStart(IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Profiles)
{
    const string FileName = "started.json";

    /// <summary>A thousand settings of a thousand characters; what was written here has a few dozen.</summary>
    const long MaximumBytes = 1 << 20;

    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Sections that mean something to a stopped gateway's commands.</summary>
    static readonly string[] Sections = ["Gateway", "Ledger", "Evidence", "Clock", "Timestamps", "Witness", "Review", "Retention"];

    /// <summary>Settings, by their end, that name a file or folder: the next command may run elsewhere.</summary>
    static readonly string[] Paths = ["Gateway:Profiles", "Ledger:SecondPlace", "Witness:Policy", "Witness:Logs", ":Roots"];

    /// <summary>Who stamps here, or that nobody does.</summary>
    static readonly string[] Stamping = ["Timestamps:Authorities", "Timestamps:None"];

    public static void Write(string data, IConfiguration configuration, ProfileCatalog profiles)
    {
        var settings = KnownSettings.InForce(configuration).Select(line => line.Split('=', 2)).Where(pair => Counts(pair[0]));
        Write(data, new JsonObject(settings.Select(pair => KeyValuePair.Create(pair[0], (JsonNode?)Full(pair[0], pair[1])))), profiles);
    }

    /// <summary>The same settings with other profiles; nothing where no start is kept.</summary>
    public static void Renew(string data, ProfileCatalog profiles)
    {
        if (Read(data, _ => { }) is { } last) Write(data, new JsonObject(last.Settings.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))), profiles);
    }

    static void Write(string data, JsonObject settings, ProfileCatalog profiles)
    {
        var json = new JsonObject
        {
            ["settings"] = settings,
            ["profiles"] = new JsonObject(profiles.All.Select(profile => KeyValuePair.Create(profile.Id, (JsonNode?)profile.Sha256.ToString()))),
        };
        AtomicFile.Write(Path.Combine(data, FileName), JsonSerializer.SerializeToUtf8Bytes(json), Mode);
    }

    /// <param name="warn">Told in a sentence that there is a file which can't be read.</param>
    /// <returns>Null where it was never started, or the file can't be read: the settings that are given are then all there are.</returns>
    public static LastStart? Read(string data, Action<string> warn)
    {
        var path = Path.Combine(data, FileName);
        try
        {
            if (!File.Exists(path)) return null;
            var length = new FileInfo(path).Length;
            if (length > MaximumBytes) throw new JsonException(Said.Of("started.large", length, MaximumBytes));
            var json = StrictJson.ReadObject(File.ReadAllBytes(path));
            return new LastStart(Texts(json, "settings", StringComparer.OrdinalIgnoreCase), Texts(json, "profiles", StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            warn(Said.Of("started.unreadable", path, Evidence.DisplayText.Of(e.Message, 200)));
            return null;
        }
    }

    /// <summary>What is not given; a list that is given takes the place of the whole one, and authorities and that there are none of each other's.</summary>
    public IEnumerable<KeyValuePair<string, string?>> NotIn(IConfiguration given)
    {
        bool IsGiven(string key) => given.GetSection(key).Exists();
        var isStampingGiven = Stamping.Any(IsGiven);
        foreach (var (key, value) in Settings)
        {
            var name = string.Join(':', key.Split(':').Take(2));
            if (!IsGiven(name) && !(isStampingGiven && Stamping.Contains(name, StringComparer.OrdinalIgnoreCase))) yield return KeyValuePair.Create(key, (string?)value);
        }
    }

    /// <summary>A sentence for each setting that was given and is another than at the last start.</summary>
    public IEnumerable<string> Differences(IConfiguration given)
    {
        foreach (var line in KnownSettings.InForce(given))
        {
            var pair = line.Split('=', 2);
            if (!Counts(pair[0]) || Find(pair[0]) == Full(pair[0], pair[1])) continue;
            yield return Find(pair[0]) is { } before ? Said.Of("started.setting", pair[0], pair[1], before) : Said.Of("started.new-setting", pair[0], pair[1]);
        }
    }

    /// <summary>A sentence where the profiles are others than at the last start.</summary>
    public string? Difference(ProfileCatalog profiles)
    {
        var now = profiles.All.ToDictionary(profile => profile.Id, profile => profile.Sha256.ToString(), StringComparer.Ordinal);
        var others = now.Except(Profiles).Concat(Profiles.Except(now)).Select(profile => profile.Key).Distinct().Order(StringComparer.Ordinal).ToList();
        return others.Count == 0 ? null : Said.Of("started.profiles", string.Join(", ", others));
    }

    static bool Counts(string key) => Sections.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase);

    static string Full(string key, string value) =>
        value.Length > 0 && Paths.Any(end => key.EndsWith(end, StringComparison.OrdinalIgnoreCase)) ? Path.GetFullPath(value) : value;

    static Dictionary<string, string> Texts(JsonObject json, string name, StringComparer names)
    {
        var texts = new Dictionary<string, string>(names);
        foreach (var (key, value) in json[name] as JsonObject ?? throw new JsonException(Said.Of("started.form", name)))
        {
            if (value?.GetValueKind() != JsonValueKind.String || !texts.TryAdd(key, value.GetValue<string>())) throw new JsonException(Said.Of("started.form", name));
        }

        return texts;
    }

    string? Find(string key) => Settings.GetValueOrDefault(key);
}
