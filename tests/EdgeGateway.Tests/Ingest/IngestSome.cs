using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Ingest;

/// <summary>Arrivals and refusals with everything that a test does not name.</summary>
static class IngestSome
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 4, 0, 0, TimeSpan.Zero);

    public static readonly DeviceProfile Profile = new()
    {
        Id = "camera-mqtt",
        Revision = 1,
        Sha256 = Merkle.EmptyRoot,
        Title = new Dictionary<string, string>(),
        Wire = WireKind.Mqtt,
        Silence = TimeSpan.FromMinutes(10),
        Messages =
        [
            new MessageRule
            {
                Name = "status", Class = MessageClass.Telemetry, Format = PayloadFormat.Json, MaximumBytes = 4096, RepeatWindow = TimeSpan.Zero,
            },
        ],
    };

    public static Device Device(string id) => new()
    {
        Id = DeviceId.Parse(id),
        Profile = Profile,
        RegistryIndex = 1,
        RegistryLeaf = Merkle.EmptyRoot,
    };

    public static Arrival Telemetry(string device, DateTimeOffset at, params (string Name, string Value)[] fields) => new()
    {
        Device = Device(device),
        Message = Profile.Messages[0],
        Payload = "{}"u8.ToArray(),
        Interpretation = new Interpretation { Verdict = ParseVerdict.Ok, Fields = fields.ToDictionary(field => field.Name, field => field.Value) },
        Address = $"edgegw/v1/{device}/status",
        Authentication = Authentication.None,
        ReceivedAt = at,
    };

    public static Refusal Refusal(string? device, WireKind wire = WireKind.Mqtt, string address = "some/topic") => new()
    {
        Reason = RefusalReason.ForbiddenTopic,
        Wire = wire,
        Device = device is null ? null : Device(device),
        Address = address,
        Authentication = Authentication.None,
        Payload = "x"u8.ToArray(),
        ReceivedAt = Noon,
    };
}
