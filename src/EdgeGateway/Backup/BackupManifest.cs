using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Backup;

/// <summary>A log in a backup, at the size that it has there.</summary>
/// <param name="Log">Leaf hash of its entry 0.</param>
sealed record BackedUpLog(string Shard, string Origin, Hash Log, long Size, Hash Root)
{
    public static BackedUpLog Of(ClosedLedger ledger) => new(ledger.Shard, ledger.Origin, ledger.Genesis.LeafHash, ledger.Size, ledger.End.Root);
}

/// <summary>
/// <c>backup.json</c>: what a backup holds. Written last and synced, so that one which is there speaks of a whole backup;
/// while one is made, <c>backup.unfinished</c> lies beside it.
/// </summary>
/// <param name="Files">SHA-256 of the small files, by their name below the backup.</param>
/// <param name="Damaged">Objects that were not what their name says, and are left out.</param>
sealed record BackupManifest(
    DateTimeOffset TakenAt, IReadOnlyList<BackedUpLog> Logs, long Objects, IReadOnlyDictionary<string, Hash> Files, IReadOnlyList<string> Damaged)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    const int Version = 1;
    const long MaximumBytes = 16 << 20;

    public static string PathIn(string directory) => Path.Combine(directory, "backup.json");

    public static string UnfinishedIn(string directory) => Path.Combine(directory, "backup.unfinished");

    public void Write(string directory) => AtomicFile.Write(
        PathIn(directory), JsonSerializer.SerializeToUtf8Bytes(ToJson(), Indented), BackupFiles.Mode);

    public JsonObject ToJson() => new()
    {
        ["version"] = Version,
        ["takenAt"] = LedgerTime.Format(TakenAt),
        ["logs"] = new JsonArray([.. Logs.Select(log => (JsonNode)new JsonObject
        {
            ["shard"] = log.Shard,
            ["origin"] = log.Origin,
            ["log"] = log.Log.ToString(),
            ["size"] = log.Size,
            ["root"] = log.Root.ToString(),
        })]),
        ["objects"] = Objects,
        ["files"] = new JsonObject(Files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value.ToString()))),
        ["damaged"] = new JsonArray([.. Damaged.Select(name => (JsonNode)name)]),
    };

    /// <exception cref="GatewayException">There is none, or it can't be read.</exception>
    public static BackupManifest Read(string directory)
    {
        var path = PathIn(directory);
        if (!File.Exists(path)) throw Failure.Of("backup.none", directory, path);
        if (new FileInfo(path).Length > MaximumBytes) throw Damage(path, "it is too large");
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
            if (json["version"]!.GetValue<int>() != Version) throw Damage(path, $"its version {json["version"]} is not known here");
            return new BackupManifest(
                LedgerTime.TryParse(json["takenAt"]!.GetValue<string>(), out var takenAt) ? takenAt : throw Damage(path, "it has no time"),
                [.. json["logs"]!.AsArray().Select(log => new BackedUpLog(
                    log!["shard"]!.GetValue<string>(), log["origin"]!.GetValue<string>(), Hash.Parse(log["log"]!.GetValue<string>()),
                    log["size"]!.GetValue<long>(), Hash.Parse(log["root"]!.GetValue<string>())))],
                json["objects"]!.GetValue<long>(),
                json["files"]!.AsObject().ToDictionary(file => IsPlain(file.Key) ? file.Key : throw Damage(path, "it names a file that no backup has"), file => Hash.Parse(file.Value!.GetValue<string>())),
                [.. json["damaged"]!.AsArray().Select(name => name!.GetValue<string>())]);
        }
        catch (Exception e) when (e is JsonException or FormatException or NullReferenceException or InvalidOperationException or ArgumentException)
        {
            throw Damage(path, e.Message);
        }
    }

    /// <summary>One name, or one in a folder: whoever writes a manifest must not choose where its files go.</summary>
    static bool IsPlain(string file)
    {
        var parts = file.Split('/');
        return parts.Length is 1 or 2 && parts.All(part => part.Length > 0 && part[0] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
    }

    static GatewayException Damage(string path, string what) => new($"'{path}' is damaged: {what}. Use another backup.");
}
