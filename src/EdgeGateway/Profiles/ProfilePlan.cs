using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;

namespace EdgeGateway.Profiles;

/// <summary>What becomes of the devices when other profiles take the place of those in force.</summary>
/// <param name="Changes">In the order of their ids.</param>
/// <param name="Effects">Of the devices whose profile changes, in the order of their ids.</param>
/// <param name="Unaffected">How many other devices there are.</param>
sealed record ProfilePlan(IReadOnlyList<ProfileChange> Changes, IReadOnlyList<DeviceEffect> Effects, int Unaffected)
{
    public static ProfilePlan Of(ProfileCatalog before, ProfileCatalog after, DeviceSnapshot devices)
    {
        var changes = before.All.Select(profile => profile.Id).Union(after.All.Select(profile => profile.Id)).Order(StringComparer.Ordinal)
            .Select(id => new ProfileChange(id, before.Find(id), after.Find(id)))
            .Where(change => change.From?.Sha256 != change.To?.Sha256)
            .ToDictionary(change => change.Id, StringComparer.Ordinal);
        var effects = devices.All.Where(device => changes.ContainsKey(device.Profile.Id))
            .Select(device => new DeviceEffect(device.Id, device.Profile.Id, EffectOn(device, changes[device.Profile.Id].To)))
            .OrderBy(effect => effect.Device.Value, StringComparer.Ordinal)
            .ToList();
        return new ProfilePlan([.. changes.Values], effects, devices.All.Count - effects.Count);
    }

    /// <summary>Whatever is not named here is looked at again with each message.</summary>
    static ProfileEffect EffectOn(Device device, DeviceProfile? after) =>
        after is null || after.Wire != device.Profile.Wire ? ProfileEffect.Stranded
        : after.Wire == WireKind.Mqtt && MqttPacketLimit.Of(after) != MqttPacketLimit.Of(device.Profile) ? ProfileEffect.Reconnects
        : after.Line != device.Profile.Line || after.Framing != device.Profile.Framing ? ProfileEffect.LineReopens
        : ProfileEffect.Kept;
}

/// <param name="From">Null for a new profile.</param>
/// <param name="To">Null for one that is no longer there.</param>
sealed record ProfileChange(string Id, DeviceProfile? From, DeviceProfile? To)
{
    /// <summary>Its file is another and its revision is not: entries then tell the two apart by digest alone.</summary>
    public bool KeepsRevision => From is not null && To is not null && From.Revision == To.Revision;
}

sealed record DeviceEffect(DeviceId Device, string Profile, ProfileEffect Effect);

enum ProfileEffect
{
    /// <summary>The connection stays; the new rules hold from the next message.</summary>
    Kept,

    /// <summary>What was announced to it on signing in is another now (the largest packet): it is let go with its next message and signs in again.</summary>
    Reconnects,

    /// <summary>Its line is set otherwise: closed and opened again.</summary>
    LineReopens,

    /// <summary>Its profile is gone, or for another wire: it could no longer be served.</summary>
    Stranded,
}
