using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Support;

/// <summary>A registry of cameras, all with the secret <c>secret</c>, and of one analyser that is not for MQTT.</summary>
sealed class MqttDevices : IDeviceDirectory, ICredentialCheck
{
    public const string Secret = "secret";
    public const int MaximumEventBytes = 4096;

    public static readonly DeviceProfile Camera = new()
    {
        Id = "camera",
        Revision = 1,
        Sha256 = default,
        Title = new Dictionary<string, string>(),
        Wire = WireKind.Mqtt,
        Silence = TimeSpan.FromHours(1),
        Messages =
        [
            Rule("status", MessageClass.Telemetry, "edgegw/v1/{device}/status", 1024),
            Rule("event", MessageClass.Evidence, "edgegw/v1/{device}/event/{name}", MaximumEventBytes),
            Rule("picture", MessageClass.Evidence, "edgegw/v1/{device}/picture", 64 * 1024) with { Format = PayloadFormat.Bytes },
        ],
    };

    public static readonly DeviceProfile Analyser = Camera with { Id = "analyser", Wire = WireKind.Serial };

    /// <summary>Camera <c>cam-1</c>, <c>cam-2</c> and so on, and analyser <c>meter-1</c>.</summary>
    public MqttDevices(int cameras = 2) =>
        Current = new([.. Enumerable.Range(1, cameras).Select(i => Device($"cam-{i}", Camera)), Device("meter-1", Analyser)]);

    public DeviceSnapshot Current { get; private set; }

    public event Action? Changed;

    public static Device Device(string id, DeviceProfile profile) =>
        new() { Id = DeviceId.Parse(id), Profile = profile, RegistryIndex = 1, RegistryLeaf = new Hash(new byte[Hash.Length]) };

    public void Replace(params IReadOnlyCollection<Device> devices)
    {
        Current = new(devices);
        Changed?.Invoke();
    }

    public string? Verify(string deviceId, ReadOnlySpan<byte> secret) =>
        Current.Find(deviceId) is not null && secret.SequenceEqual(Encoding.UTF8.GetBytes(Secret)) ? "credential-1" : null;

    /// <summary>SHA-256 of the certificate that <c>cam-1</c> signs in with, beside its secret.</summary>
    public byte[]? Certificate { get; set; }

    public string? VerifyCertificate(string deviceId, ReadOnlySpan<byte> certificate) =>
        deviceId == "cam-1" && Certificate is { } pinned && certificate.SequenceEqual(pinned) ? "credential-2" : null;

    /// <summary>What <see cref="Verify"/> gave is in force until the secrets change.</summary>
    public bool SecretsChanged { get; set; }

    public bool IsInForce(string deviceId, string credentialId) => !SecretsChanged;

    static MessageRule Rule(string name, MessageClass messageClass, string topic, long maximumBytes) => new()
    {
        Name = name,
        Class = messageClass,
        Format = PayloadFormat.Auto,
        Topic = topic,
        MaximumBytes = maximumBytes,
        EventId = "/eventId",
        RepeatWindow = TimeSpan.FromHours(1),
    };
}

/// <summary>Keeps what it observed.</summary>
sealed class MqttTelemetry : ITelemetry
{
    public ConcurrentQueue<Arrival> Observed { get; } = new();

    public void Observe(Arrival arrival) => Observed.Enqueue(arrival);
}
