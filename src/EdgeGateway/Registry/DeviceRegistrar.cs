using System.Security.Cryptography;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Registry;

/// <summary>A device after a change, with its new secret, which is shown this once.</summary>
sealed record DeviceChange(RegisteredDevice Device, string? Secret);

/// <summary>
/// Changes to the registry: each is an entry in the ledger first, then takes effect. One at a time, so that what was
/// checked still holds when it is sealed.
/// </summary>
sealed class DeviceRegistrar(GatewayData data) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <summary>Does something while no device changes: ledger and accounts then say the same.</summary>
    public async Task<T> UndisturbedAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <exception cref="GatewayException">The device can't be registered so; says why and what to do.</exception>
    public async Task<DeviceChange> AddAsync(NewDevice device, Actor actor, CancellationToken cancellationToken)
    {
        if (!DeviceId.TryParse(device.Id, out var id))
        {
            throw Failure.Usage("usage.value", "--id", DisplayText.Of(device.Id), Said.Of("usage.id", DeviceId.MaximumLength));
        }

        var profile = data.Profiles.Find(device.Profile) ?? throw Failure.Usage("usage.value", "--profile", DisplayText.Of(device.Profile), Said.Of("device.no-profile"));
        device.Place.Check(profile);
        var values = DeviceValues.Of(device);
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (data.Devices.Find(id.Value) is not null)
            {
                throw Failure.Of("device.exists", id);
            }

            device.Place.CheckNeighbours(profile, data.Directory.Current);
            var signsIn = profile.Wire == WireKind.Mqtt && device.Place.Broker is null;
            if (!signsIn && device.Certificate is not null) throw NoSignIn(id.Value, device.Place.Broker);
            var credential = signsIn ? Prepare(id, device.Certificate) : null;
            return await ChangeAsync(id, profile, "add", device.IsBench, values, credential, device.Certificate, actor, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives a device a new secret, or makes a certificate its credential; the old one is dead once this returns.</summary>
    /// <param name="certificateFor">Its certificate, once it is known that there is such a device; null for a secret.</param>
    /// <exception cref="GatewayException">There is no such device, its wire has no sign-in, or the certificate can't serve.</exception>
    public async Task<DeviceChange> RenewCredentialAsync(
        string id, Func<DeviceId, DeviceCertificate>? certificateFor, Actor actor, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var device = data.Directory.Current.Find(id) ?? throw Failure.Of("device.none", DisplayText.Of(id));
            if (device.Profile.Wire != WireKind.Mqtt || device.Broker is not null) throw NoSignIn(id, device.Broker);

            var registered = data.Devices.Find(id)!;
            var certificate = certificateFor?.Invoke(device.Id);
            return await ChangeAsync(
                device.Id, device.Profile, "credential", registered.IsBench, registered.Values, Prepare(device.Id, certificate), certificate, actor, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    static GatewayException NoSignIn(string id, string? broker) =>
        broker is null ? Failure.Of("device.no-secret", id) : Failure.Of("device.at-broker", id, broker);

    PreparedCredential Prepare(DeviceId id, DeviceCertificate? certificate)
    {
        if (certificate is null) return PreparedCredential.Secret(id);
        if (data.Clock.MayDecideByDate && certificate.Ends <= data.Clock.Read().Utc)
        {
            throw Failure.Of("certificate.ended", id, LedgerTime.Format(certificate.Ends));
        }

        if (data.Accounts.DeviceOf(SHA256.HashData(certificate.Der)) is { } other && other != id.Value)
        {
            throw Failure.Of("certificate.taken", other);
        }

        return PreparedCredential.Certificate(id, certificate.Der);
    }

    /// <summary>
    /// Sealed first, then active: after a crash in between the ledger names a credential that was never shown to anyone,
    /// and the old one goes on working.
    /// </summary>
    async Task<DeviceChange> ChangeAsync(
        DeviceId id, DeviceProfile profile, string action, bool isBench, IReadOnlyDictionary<string, string> values, PreparedCredential? credential,
        DeviceCertificate? certificate, Actor actor, CancellationToken cancellationToken)
    {
        var draft = new FixedDraft(
            EntryKind.Device, Subjects.Device(id.Value), Actors.Account(actor.Account), actor.Authentication,
            Body(action, profile, isBench, credential, certificate), PrivateParts.Of(json =>
            {
                if (certificate is not null)
                {
                    json.Name("certificate"u8);
                    json.Base64(certificate.Der);
                }

                json.Name("values"u8);
                json.BeginObject();
                foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.Name(key);
                    json.String(value);
                }

                json.EndObject();
            }));
        if (credential is not null) data.Accounts.Prepare(credential);
        await data.Ledger.SubmitAsync(draft, cancellationToken);
        var outcome = await draft.Outcome.WaitAsync(cancellationToken);
        if (!outcome.IsDurable)
        {
            throw Failure.Of("device.not-changed", id);
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
            CredentialKind = credential?.Kind ?? before?.CredentialKind,
            CredentialEnds = credential is null ? before?.CredentialEnds : certificate?.Ends,
            FormerCredentialIds = before is null ? [] : credential is null ? before.FormerCredentialIds : RegisteredDevice.FormerOf(before),
            IsBench = isBench,
            RegistryIndex = outcome.Index,
            RegistryLeaf = outcome.LeafHash,
            AddedAt = before?.AddedAt ?? outcome.SealedAt,
            ChangedAt = outcome.SealedAt,
        };
        data.Devices.Put(device);
        return new DeviceChange(device, credential?.Text);
    }

    static byte[] Body(string action, DeviceProfile profile, bool isBench, PreparedCredential? credential, DeviceCertificate? certificate)
    {
        var body = new CanonicalJsonWriter(512);
        body.BeginObject();
        body.Name("action"u8);
        body.String(action);
        if (credential is not null) CredentialFacts.Write(body, credential.CredentialId, credential.Kind, certificate?.Ends);
        EntryFlags.Write(body, isBench);
        body.Name("profile"u8);
        EntryFacts.WriteProfile(body, profile);
        body.EndObject();
        return body.Written.ToArray();
    }
}

/// <summary>Who changes something: the account, and how it is known.</summary>
sealed record Actor(string Account, Authentication Authentication)
{
    /// <summary>Root, or the user that the gateway runs as, on the machine itself (design of the local socket).</summary>
    public static readonly Actor LocalAdministrator = new("admin", new Authentication("peer", null, "none"));
}
