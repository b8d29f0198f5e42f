using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>Events of one size, one after the other.</summary>
sealed class PublisherPlan(PublisherFleet fleet, int number, ScenarioClock clock, long seed) : IDevicePlan
{
    // The time that payloads carry when the window alone says how fast they go.
    const int NominalRate = 1000;

    public string Device { get; } = $"{fleet.Head.Name}-{number}";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var interval = TimeSpan.FromSeconds(1) / (fleet.Rate > 0 ? fleet.Rate : NominalRate);
        for (var n = 1L; ; n++)
        {
            var due = interval * (n - 1);
            var id = $"{Device}-{n:D12}";
            yield return new PlannedMessage(Device, n, due, $"edgegw/v1/{Device}/event/load", Payload(id, n, due + faults.ClockError, random))
            {
                Class = MessageClass.Evidence,
                Qos = fleet.Mqtt.Qos,
                EventId = id,
                ContentType = "application/json",
                Faults = faults.Next(due, 0),
            };
        }
    }

    byte[] Payload(string id, long n, TimeSpan due, SeededRandom random)
    {
        var value = random.Next(100_000);
        var bare = Write(id, n, due, value, "");
        return Write(id, n, due, value, new string('x', Math.Max(fleet.PayloadBytes - bare.Length, 0)));
    }

    byte[] Write(string id, long n, TimeSpan due, int value, string padding) => JsonPayload.Of(json =>
    {
        json.WriteString("eventId", id);
        json.WriteString("capturedAt", clock.Rfc3339(due));
        json.WriteNumber("sequence", n);
        json.WriteNumber("value", value);
        json.WriteString("padding", padding);
    });
}
