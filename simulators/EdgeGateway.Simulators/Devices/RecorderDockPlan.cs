using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>A dock with eight bays: its status, what it takes over from recorders, and clips of that.</summary>
/// <param name="footage">An MP4 file; empty where there are no clips.</param>
sealed class RecorderDockPlan(RecorderDockFleet fleet, int number, ScenarioClock clock, long seed, byte[] footage) : IDevicePlan
{
    const int Status = 0;
    const int Event = 1;
    const long StorageBytes = 4_000_787_030_016;

    static readonly string[] Events = ["recorder-docked", "recording-imported", "recorder-removed"];

    public string Device { get; } = $"{fleet.Head.Name}-{number}";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var used = (long)(random.NextDouble() * StorageBytes / 2);
        var n = 0L;
        var clips = new Clips(fleet.Clips, Device, clock, footage);
        TimeSpan[] every = [fleet.StatusEvery, fleet.EventEvery];
        foreach (var (due, what) in Agenda.Of((number - 1.0) / fleet.Head.Count, fleet.Clips.Every > TimeSpan.Zero ? [.. every, fleet.Clips.Every] : every))
        {
            n++;
            yield return what switch
            {
                Status => StatusAt(due, n, used, faults),
                Event => EventAt(due, n, random, ref used, faults),
                _ => clips.At(due, n, faults),
            };
        }
    }

    PlannedMessage StatusAt(TimeSpan due, long n, long used, FaultPlan faults)
    {
        var payload = JsonPayload.Of(json =>
        {
            json.WriteString("deviceTime", clock.Rfc3339(due + faults.ClockError));
            json.WriteNumber("sequence", n);
            json.WriteString("firmware", "dock-2.4.1");
            json.WriteString("serialNumber", $"RD8-{number:D6}");
            json.WriteString("state", "ready");
            json.WriteNumber("storage", used * 100 / StorageBytes);
            json.WriteStartObject("position");
            json.WriteNumber("latitude", 29.83m);
            json.WriteNumber("longitude", 115.22m);
            json.WriteEndObject();
        });
        return new PlannedMessage(Device, n, due, $"edgegw/v1/{Device}/status", payload)
        {
            Class = MessageClass.Telemetry,
            Qos = Math.Min(fleet.Mqtt.Qos, (byte)1),
            Faults = faults.Next(due, 0),
        };
    }

    PlannedMessage EventAt(TimeSpan due, long n, SeededRandom random, ref long used, FaultPlan faults)
    {
        var name = Events[random.Next(Events.Length)];
        var recorder = random.Next(40) + 1;
        var seconds = random.Next(1800) + 60;
        var size = seconds * 750_000L;
        if (name == "recording-imported") used = (used + size) % StorageBytes;
        var id = $"{Device}-{n:D8}";
        var payload = JsonPayload.Of(json =>
        {
            json.WriteString("eventId", id);
            json.WriteString("capturedAt", clock.Rfc3339(due + faults.ClockError));
            json.WriteNumber("sequence", n);
            json.WriteString("event", name);
            json.WriteNumber("bay", random.Next(8) + 1);
            json.WriteString("recorder", $"BWR-{recorder:D4}");
            if (name != "recording-imported") return;
            json.WriteStartObject("recording");
            json.WriteString("fileName", $"BWR-{recorder:D4}_{n:D8}.mp4");
            json.WriteString("startedAt", clock.Rfc3339(due + faults.ClockError - TimeSpan.FromSeconds(seconds)));
            json.WriteNumber("seconds", seconds);
            json.WriteNumber("size", size);
            json.WriteEndObject();
        });
        return new PlannedMessage(Device, n, due, $"edgegw/v1/{Device}/event/{name}", payload)
        {
            Class = MessageClass.Evidence,
            Qos = fleet.Mqtt.Qos,
            EventId = id,
            ContentType = "application/json",
            Faults = faults.Next(due, 0),
        };
    }
}
