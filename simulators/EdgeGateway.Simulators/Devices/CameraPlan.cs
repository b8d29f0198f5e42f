using System.Buffers.Binary;
using System.Text;
using EdgeGateway.Simulators.Footage;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>A capture camera: status, pictures of its footage, alarms and clips.</summary>
sealed class CameraPlan(
    CameraFleet fleet, int number, ScenarioClock clock, long seed, CameraFootage.Footage footage) : IDevicePlan
{
    const int Status = 0;
    const int Snapshot = 1;
    const int Alarm = 2;

    static readonly string[] Alarms = ["line-crossed", "area-entered", "view-blocked"];

    public string Device { get; } = $"{fleet.Head.Name}-{number}";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var n = 0L;
        var clips = new Clips(fleet.Clips, Device, clock, footage.Clip);
        TimeSpan[] every = [fleet.StatusEvery, fleet.SnapshotEvery, fleet.AlarmEvery];
        var agenda = Agenda.Of((number - 1.0) / fleet.Head.Count, fleet.Clips.Every > TimeSpan.Zero ? [.. every, fleet.Clips.Every] : every);
        foreach (var (due, what) in agenda)
        {
            n++;
            yield return what switch
            {
                Status => StatusAt(due, n, faults),
                Snapshot => SnapshotAt(due, n, footage.Pictures[random.Next(footage.Pictures.Count)], faults),
                Alarm => AlarmAt(due, n, random, faults),
                _ => clips.At(due, n, faults),
            };
        }
    }

    /// <summary>The picture with the text in a comment segment (ITU-T T.81, B.2.4.5) right after SOI: still a JPEG, and unlike any other.</summary>
    public static byte[] WithComment(byte[] jpeg, string text)
    {
        var comment = Encoding.ASCII.GetBytes(text);
        var output = new byte[jpeg.Length + 4 + comment.Length];
        jpeg.AsSpan(0, 2).CopyTo(output);
        output[2] = 0xFF;
        output[3] = 0xFE;
        BinaryPrimitives.WriteUInt16BigEndian(output.AsSpan(4), (ushort)(2 + comment.Length));
        comment.CopyTo(output, 6);
        jpeg.AsSpan(2).CopyTo(output.AsSpan(6 + comment.Length));
        return output;
    }

    PlannedMessage StatusAt(TimeSpan due, long n, FaultPlan faults)
    {
        var payload = JsonPayload.Of(json =>
        {
            json.WriteString("deviceTime", clock.Rfc3339(due + faults.ClockError));
            json.WriteNumber("sequence", n);
            json.WriteString("firmware", "cam-5.7.0");
            json.WriteString("serialNumber", $"CAM-{number:D6}");
            json.WriteString("state", "capturing");
        });
        return new PlannedMessage(Device, n, due, $"edgegw/v1/{Device}/status", payload)
        {
            Class = MessageClass.Telemetry,
            Qos = Math.Min(fleet.Mqtt.Qos, (byte)1),
            Faults = faults.Next(due, 0),
        };
    }

    PlannedMessage SnapshotAt(TimeSpan due, long n, byte[] picture, FaultPlan faults) => Evidence(
        due, n, "capture", "image/jpeg", WithComment(picture, $"{Device} {n:D8} {clock.Rfc3339(due + faults.ClockError)}"), faults);

    PlannedMessage AlarmAt(TimeSpan due, long n, SeededRandom random, FaultPlan faults)
    {
        var payload = JsonPayload.Of(json =>
        {
            json.WriteString("eventId", $"{Device}-{n:D8}");
            json.WriteString("capturedAt", clock.Rfc3339(due + faults.ClockError));
            json.WriteNumber("sequence", n);
            json.WriteString("alarm", Alarms[random.Next(Alarms.Length)]);
            json.WriteNumber("confidencePercent", 50 + random.Next(50));
        });
        return Evidence(due, n, "alarm", "application/json", payload, faults);
    }

    PlannedMessage Evidence(TimeSpan due, long n, string name, string contentType, byte[] payload, FaultPlan faults) =>
        new(Device, n, due, $"edgegw/v1/{Device}/event/{name}", payload)
        {
            Class = MessageClass.Evidence,
            Qos = fleet.Mqtt.Qos,
            EventId = $"{Device}-{n:D8}",
            ContentType = contentType,
            Faults = faults.Next(due, 0),
        };
}
