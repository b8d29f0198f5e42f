using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;

namespace EdgeGateway.Tests.Support;

/// <summary>Entries as docs/ledger-format.md describes them, written without the product's own writer.</summary>
sealed class LedgerEntries : ILedgerReader
{
    readonly List<LedgerRecord> _records = [];
    readonly Dictionary<string, long> _seq = [];
    readonly Random _random = new(11);

    public DateTimeOffset At { get; set; } = new(2026, 11, 22, 5, 6, 7, TimeSpan.Zero);

    public Hash Log => LeafHash(_records[0].Leaf.Span);

    public long Size => _records.Count;

    public IReadOnlyList<LedgerRecord> Records => _records;

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    public static Hash LeafHash(ReadOnlySpan<byte> leaf) => new(SHA256.HashData([0, .. leaf]));

    public IReadOnlyList<LedgerRecord> Read(long from, int maximum) => [.. _records.Skip((int)from).Take(maximum)];

    /// <summary>A log begins with its genesis.</summary>
    public static LedgerEntries WithGenesis(string origin = "station-01.example")
    {
        var entries = new LedgerEntries();
        entries.Add("genesis", "gateway", new JsonObject { ["origin"] = origin });
        return entries;
    }

    public LedgerRecord Add(string kind, string subject, JsonObject body, JsonObject? privatePart = null, JsonObject? batch = null)
    {
        var salt = new byte[32];
        _random.NextBytes(salt);
        var hidden = Canonical(privatePart ?? []);
        var leaf = new JsonObject
        {
            ["actor"] = subject.StartsWith("device/", StringComparison.Ordinal) ? subject : "system/gateway",
            ["at"] = Time(At),
            ["auth"] = new JsonObject { ["method"] = "none", ["tls"] = "none" },
            ["body"] = body,
            ["commit"] = Convert.ToHexStringLower(SHA256.HashData([.. "edgegw/private/v1\n"u8, .. salt, .. hidden])),
            ["kind"] = kind,
            ["seq"] = _seq[subject] = _seq.GetValueOrDefault(subject) + 1,
            ["subject"] = subject,
            ["v"] = 1,
        };
        if (batch is not null) leaf["batch"] = batch;
        if (_records.Count > 0) leaf["log"] = Log.ToString();
        return AddRaw(Canonical(leaf), salt, hidden);
    }

    public LedgerRecord AddRaw(byte[] leaf, byte[] salt, byte[] privatePart)
    {
        var record = new LedgerRecord(_records.Count, leaf, salt, privatePart);
        _records.Add(record);
        return record;
    }

    public LedgerRecord AddEvidence(string device, DateTimeOffset? captured = null, string? eventId = null)
    {
        var bytes = Encoding.UTF8.GetBytes($"message {_records.Count} of {device}");
        var hidden = new JsonObject
        {
            ["address"] = $"edgegw/v1/{device}/event/capture",
            ["bytes"] = Convert.ToBase64String(bytes),
            ["digest"] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) },
        };
        if (eventId is not null) hidden["eventId"] = eventId;
        if (captured is { } time)
        {
            hidden["capturedAt"] = time.ToString("O");
            hidden["capturedAtUtc"] = Time(time);
        }

        return Add("evidence", $"device/{device}", new JsonObject
        {
            ["mediaType"] = "application/json",
            ["message"] = "capture",
            ["parse"] = "ok",
            ["profile"] = Profile("camera-mqtt"),
            ["receivedAt"] = Time(At.AddMilliseconds(-3)),
            ["size"] = bytes.Length,
            ["wire"] = "mqtt",
        }, hidden);
    }

    public LedgerRecord AddDevice(string device, string action, JsonObject values, string? credentialId, JsonObject? batch = null)
    {
        var body = new JsonObject { ["action"] = action, ["profile"] = Profile("camera-mqtt") };
        if (credentialId is not null) body["credentialId"] = credentialId;
        return Add("device", $"device/{device}", body, new JsonObject { ["values"] = values }, batch);
    }

    /// <summary>Salt and private part are gone; the leaf stays.</summary>
    public LedgerRecord Erase(long index) =>
        _records[(int)index] = _records[(int)index] with { Salt = default, PrivatePart = default };

    public static JsonObject Profile(string id) => new()
    {
        ["id"] = id,
        ["revision"] = 3,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id))),
    };

    public static byte[] Canonical(JsonObject json) => Encoding.UTF8.GetBytes(Sorted(json).ToJsonString(
        new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    static JsonObject Sorted(JsonObject json)
    {
        var sorted = new JsonObject();
        foreach (var (name, value) in json.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            sorted[name] = value is JsonObject inner ? Sorted(inner) : value?.DeepClone();
        return sorted;
    }
}
