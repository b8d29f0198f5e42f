using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Tests.Support;

/// <summary>What simulator tests are made of, with defaults that do not matter to them.</summary>
static class SimSome
{
    public static readonly ScenarioClock Clock = new(new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));

    public static PlannedMessage Message(long n, byte qos = 1, string device = "sim-1") =>
        new(device, n, TimeSpan.FromSeconds(n), $"edgegw/v1/{device}/event/test", BitConverter.GetBytes(n))
        {
            Class = MessageClass.Evidence,
            Qos = qos,
            EventId = $"{device}-{n}",
            ContentType = "application/octet-stream",
        };

    public static MqttSessionOptions SessionOptions(int port, MqttVersion version = MqttVersion.V5, int window = 10) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        Version = version,
        ClientId = "sim-1",
        Window = window,
        ReconnectFirst = TimeSpan.FromMilliseconds(5),
        ReconnectMaximum = TimeSpan.FromMilliseconds(50),
    };

    public static Scenario Scenario(string yaml) =>
        ScenarioReader.Read(yaml, out var problems) ?? throw new InvalidOperationException(string.Join('\n', problems));

    public static TranscriptEntry Entry(TranscriptEvent kind, long n, string sha256, string device = "sim-1", long? index = null) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        Device = device,
        N = n,
        Class = MessageClass.Evidence,
        Topic = "t",
        Sha256 = sha256,
        Size = 1,
        Event = kind,
        Index = index,
    };
}
