using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Registry;

/// <summary>What a new device is to be.</summary>
/// <param name="Values">Registry fields by their English key, beside line and MN.</param>
sealed record NewDevice(string Id, string Profile, string? Line, string? Mn, IReadOnlyDictionary<string, string> Values);

/// <summary>A device after a change, with its new secret, which is shown this once.</summary>
sealed record DeviceChange(RegisteredDevice Device, string? Secret);

/// <summary>
/// Changes to the registry: each is an entry in the ledger first, then takes effect. One at a time, so that what was
/// checked still holds when it is sealed.
/// </summary>
sealed class DeviceRegistrar(GatewayData data) : IDisposable
{
    const int MaximumValueCharacters = 1024;
    const int MaximumValues = 64;
    const int MaximumLineCharacters = 255;

    /// <summary>Of all values together: they must fit one private part, also when each character needs an escape.</summary>
    const int MaximumValueBytes = 8 * 1024;

    readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <exception cref="GatewayException">The device can't be registered so; says why and what to do.</exception>
    public async Task<DeviceChange> AddAsync(NewDevice device, Actor actor, CancellationToken cancellationToken)
    {
        if (!DeviceId.TryParse(device.Id, out var id))
        {
            throw new GatewayException(
                $"'{DisplayText.Of(device.Id)}' is not a device id: use 1 to {DeviceId.MaximumLength} lower-case letters, digits and hyphens, beginning with a letter or digit.");
        }

        var profile = data.Profiles.Find(device.Profile) ?? throw new GatewayException(
            $"There is no device profile '{DisplayText.Of(device.Profile)}'. 'edgegw profile list' names those that there are.");
        CheckPlace(device, profile);
        var values = CheckValues(device);
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (data.Devices.Find(id.Value) is not null)
            {
                throw new GatewayException($"Device '{id}' is registered already. Use another id, or 'edgegw device credential {id}' for a new secret.");
            }

            if (device is { Line: { } line, Mn: { } mn } && data.Directory.Current.FindByMn(line, mn) is { } other)
            {
                throw new GatewayException($"MN {DisplayText.Of(mn)} on line '{DisplayText.Of(line)}' is device '{other.Id}' already. One MN is one device.");
            }

            var secret = profile.Wire == WireKind.Mqtt ? PreparedSecret.For(id) : null;
            return await ChangeAsync(id, profile, "add", values, secret, actor, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives a device a new secret; the old one is dead once this returns.</summary>
    /// <exception cref="GatewayException">There is no such device, or its wire has no secrets.</exception>
    public async Task<DeviceChange> RenewCredentialAsync(string id, Actor actor, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var device = data.Directory.Current.Find(id) ?? throw new GatewayException(
                $"There is no device '{DisplayText.Of(id)}'. 'edgegw device list' names those that there are.");
            if (device.Profile.Wire != WireKind.Mqtt)
            {
                throw new GatewayException($"Device '{id}' is on a serial line, which has no sign-in: it needs no secret.");
            }

            var registered = data.Devices.Find(id)!;
            return await ChangeAsync(device.Id, device.Profile, "credential", registered.Values, PreparedSecret.For(device.Id), actor, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Sealed first, then active: after a crash in between the ledger names a credential that was never shown to anyone,
    /// and the old one goes on working.
    /// </summary>
    async Task<DeviceChange> ChangeAsync(
        DeviceId id, DeviceProfile profile, string action, IReadOnlyDictionary<string, string> values, PreparedSecret? credential,
        Actor actor, CancellationToken cancellationToken)
    {
        var draft = new FixedDraft(
            EntryKind.Device, Subjects.Device(id.Value), Actors.Account(actor.Account), actor.Authentication,
            Body(action, profile, credential?.CredentialId), PrivateParts.Of(json =>
            {
                json.Name("values"u8);
                json.BeginObject();
                foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.Name(key);
                    json.String(value);
                }

                json.EndObject();
            }));
        await data.Ledger.SubmitAsync(draft, cancellationToken);
        var outcome = await draft.Outcome.WaitAsync(cancellationToken);
        if (!outcome.IsDurable)
        {
            throw new GatewayException($"Device '{id}' was not changed: the ledger takes nothing now, because the disk is full or the gateway stops.");
        }

        if (credential is not null) data.Accounts.Activate([credential]);
        var before = data.Devices.Find(id.Value);
        var device = new RegisteredDevice
        {
            Id = id.Value,
            ProfileId = profile.Id,
            ProfileRevision = profile.Revision,
            Values = values,
            CredentialId = credential?.CredentialId ?? before?.CredentialId,
            FormerCredentialId = credential is null ? before?.FormerCredentialId : before?.CredentialId,
            RegistryIndex = outcome.Index,
            RegistryLeaf = outcome.LeafHash,
            AddedAt = before?.AddedAt ?? outcome.SealedAt,
            ChangedAt = outcome.SealedAt,
        };
        data.Devices.Put(device);
        return new DeviceChange(device, credential?.Secret);
    }

    static byte[] Body(string action, DeviceProfile profile, string? credentialId)
    {
        var body = new CanonicalJsonWriter(512);
        body.BeginObject();
        body.Name("action"u8);
        body.String(action);
        if (credentialId is not null)
        {
            body.Name("credentialId"u8);
            body.String(credentialId);
        }

        body.Name("profile"u8);
        EntryFacts.WriteProfile(body, profile);
        body.EndObject();
        return body.Written.ToArray();
    }

    static void CheckPlace(NewDevice device, DeviceProfile profile)
    {
        if (profile.Wire == WireKind.Serial && (device.Line is null || device.Mn is null))
        {
            throw new GatewayException(
                $"Profile '{profile.Id}' is for a serial line: give --line PATH (e.g. /dev/serial/by-id/…) and --mn MN (the device number in its frames).");
        }

        if (profile.Wire != WireKind.Serial && (device.Line is not null || device.Mn is not null))
        {
            throw new GatewayException($"Profile '{profile.Id}' is not for a serial line: leave --line and --mn out, or choose a serial profile.");
        }

        if (device.Line is { } line && (!Path.IsPathFullyQualified(line) || line.Length > MaximumLineCharacters || DisplayText.Of(line, MaximumLineCharacters) != line))
        {
            throw new GatewayException($"Line '{DisplayText.Of(line)}' is not the full path of a device node (at most 255 printable characters). Give the node, e.g. /dev/serial/by-id/…");
        }

        if (device.Mn is { } mn && (mn.Length is 0 or > 24 || !mn.All(char.IsAsciiLetterOrDigit)))
        {
            throw new GatewayException($"MN '{DisplayText.Of(mn)}' is not 1 to 24 letters and digits, as HJ 212 has them.");
        }
    }

    static SortedDictionary<string, string> CheckValues(NewDevice device)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (device.Values.Count > MaximumValues) throw new GatewayException($"A device has at most {MaximumValues} registry fields, not {device.Values.Count}.");
        foreach (var (key, value) in device.Values)
        {
            if (!RegistryFields.IsField(key)) throw new GatewayException($"'{DisplayText.Of(key)}' is not a registry field. The fields are: {string.Join(", ", RegistryFields.All)}.");
            if (value.Length > MaximumValueCharacters) throw new GatewayException($"Field '{key}' has {value.Length} characters; {MaximumValueCharacters} are allowed.");
            values[key] = value;
        }

        var bytes = values.Values.Sum(System.Text.Encoding.UTF8.GetByteCount);
        if (bytes > MaximumValueBytes) throw new GatewayException($"The registry fields have {bytes} bytes together; {MaximumValueBytes} are allowed.");
        if (device.Line is { } line) values["line"] = line;
        if (device.Mn is { } mn) values["mn"] = mn;
        return values;
    }
}

/// <summary>Who changes something: the account, and how it is known.</summary>
sealed record Actor(string Account, Authentication Authentication)
{
    /// <summary>Root, or the user that the gateway runs as, on the machine itself (design of the local socket).</summary>
    public static readonly Actor LocalAdministrator = new("admin", new Authentication("peer", null, "none"));
}
