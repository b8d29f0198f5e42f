using System.Globalization;
using EdgeGateway.Devices;
using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Registry;

/// <summary>One device as its newest <c>device</c> entry has it.</summary>
public sealed record RegisteredDevice
{
    public const int MaximumFormer = 8;

    public required string Id { get; init; }

    public string? ProfileId { get; init; }

    public long? ProfileRevision { get; init; }

    /// <summary>The registry's fields by their English key, ordered by it; empty once the entry's private part is erased.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>The serial line that it is on.</summary>
    public string? Line => Values.GetValueOrDefault("line");

    /// <summary>The site's own broker that it sends to.</summary>
    public string? Broker => Values.GetValueOrDefault("broker");

    /// <summary>Its HJ 212 device number.</summary>
    public string? Mn => Values.GetValueOrDefault("mn");

    /// <summary>Its Modbus address.</summary>
    public int? Unit => int.TryParse(Values.GetValueOrDefault("unit"), NumberStyles.None, CultureInfo.InvariantCulture, out var unit) ? unit : null;

    /// <summary>The folder that it writes its files to.</summary>
    public string? Folder => Values.GetValueOrDefault("folder");

    /// <summary>Where its stream is.</summary>
    public string? Stream => Values.GetValueOrDefault("stream");

    /// <summary>The credential that the ledger names last; <see cref="AccountStore"/> says whether it is active.</summary>
    public string? CredentialId { get; init; }

    /// <summary>What it signs in with; null where <see cref="CredentialId"/> is.</summary>
    public CredentialKind? CredentialKind { get; init; }

    /// <summary>Until when its certificate is good; null where it has none.</summary>
    public DateTimeOffset? CredentialEnds { get; init; }

    /// <summary>
    /// Those that the ledger named before, the newest first, at most <see cref="MaximumFormer"/>: one of them is in force where
    /// the changes since were cut off.
    /// </summary>
    public IReadOnlyList<string> FormerCredentialIds { get; init; } = [];

    /// <summary>Whether it is a bench's: said in its first entry, and for ever.</summary>
    public bool IsBench { get; init; }

    /// <summary>Index of the entry in force.</summary>
    public required long RegistryIndex { get; init; }

    /// <summary>Leaf hash of that entry.</summary>
    public required Hash RegistryLeaf { get; init; }

    /// <summary>The <c>at</c> of the first entry.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>The <c>at</c> of the entry in force.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The device after an entry of kind <c>device</c>.</summary>
    /// <param name="before">The device before it; null if this is its first.</param>
    public static RegisteredDevice After(RegisteredDevice? before, string id, EntryView entry)
    {
        var body = entry.Body;
        var profile = body.Object("profile"u8);
        var renewed = body.Text("credentialId"u8) is not null;
        return new RegisteredDevice
        {
            Id = id,
            ProfileId = profile?.Text("id"u8) ?? before?.ProfileId,
            ProfileRevision = profile?.Integer("revision"u8) ?? before?.ProfileRevision,
            Values = ValuesOf(entry) ?? before?.Values ?? new Dictionary<string, string>(),
            CredentialId = body.Text("credentialId"u8) ?? before?.CredentialId,
            CredentialKind = renewed ? CredentialKinds.Parse(body.Text("credentialKind"u8)) ?? Devices.CredentialKind.Secret : before?.CredentialKind,
            CredentialEnds = renewed ? body.Time("credentialEnds"u8) : before?.CredentialEnds,
            FormerCredentialIds = !renewed ? before?.FormerCredentialIds ?? [] : FormerOf(before, entry),
            IsBench = before is { IsBench: true } || body.HasFlag(EntryFlags.Bench),
            RegistryIndex = entry.Index,
            RegistryLeaf = entry.LeafHash,

            // A successor's first entries carry the devices of the log before.
            AddedAt = before?.AddedAt ?? body.Time("addedAt"u8) ?? entry.At,
            ChangedAt = entry.At,
        };
    }

    /// <summary>What was in force, or was to be, before a new credential.</summary>
    public static IReadOnlyList<string> FormerOf(RegisteredDevice before) =>
        before.CredentialId is { } credential ? [.. before.FormerCredentialIds.Prepend(credential).Take(MaximumFormer)] : before.FormerCredentialIds;

    // A successor's first entries carry what the log before knew.
    static IReadOnlyList<string> FormerOf(RegisteredDevice? before, EntryView entry) =>
        before is not null ? FormerOf(before)
        : entry.Body.Array("formerCredentialIds"u8) is { } carried
            ? [.. carried.EnumerateArray().Take(MaximumFormer).Where(id => id.ValueKind == System.Text.Json.JsonValueKind.String).Select(id => id.GetString()!)]
            : [];

    // Each entry holds all the values, so those of an erased one are gone and not the ones before it.
    static SortedDictionary<string, string>? ValuesOf(EntryView entry)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (entry.IsErased) return values;
        if (entry.Private.Object("values"u8) is not { } json) return null;
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind == System.Text.Json.JsonValueKind.String)
                values[property.Name] = property.Value.GetString()!;
        }

        return values;
    }
}
