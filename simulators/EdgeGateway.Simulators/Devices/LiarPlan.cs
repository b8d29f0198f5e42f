using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Devices;

/// <summary>
/// A device that breaks the rules of messages and uploads on purpose, one rule after the other, with honest events between. What it lies about
/// must never be in the ledger as evidence.
/// </summary>
sealed class LiarPlan(LiarFleet fleet, int number, ScenarioClock clock, long seed) : IDevicePlan
{
    const int ChunkBytes = 16 * 1024;
    const int OfAnotherSize = 1000;

    public string Device { get; } = $"{fleet.Head.Name}-{number}";

    public IEnumerable<PlannedMessage> Messages()
    {
        var random = new SeededRandom(seed, Device);
        var faults = new FaultPlan(fleet.Head.Faults, seed, Device);
        var n = 0L;
        for (var turn = 0L; ; turn++)
        {
            var due = fleet.Every * (turn + ((number - 1.0) / fleet.Head.Count));
            foreach (var message in Turn(turn, due, random, faults)) yield return Numbered(message, ++n, faults);
        }
    }

    /// <summary>One broken rule, in as many messages as it takes.</summary>
    IEnumerable<Said> Turn(long turn, TimeSpan due, SeededRandom random, FaultPlan faults)
    {
        var upload = $"lie-{turn:D8}";
        var content = Bytes(random);
        var at = clock.Rfc3339(due + faults.ClockError);
        return (turn % 7) switch
        {
            0 => [Event(due, turn, at, "seen", Device, MessageClass.Evidence)],
            1 => [Event(due, turn, at, "of-another", $"{fleet.Head.Name}-{number + 1}", MessageClass.Lie)],
            2 => [Manifest(due, upload, content.Length, PlannedMessage.Digest(content), at), Chunk(due, upload, 7, content)],
            3 => [Manifest(due, upload, content.Length + OfAnotherSize, PlannedMessage.Digest(content), at), Chunk(due, upload, 0, content)],
            4 => [Manifest(due, upload, content.Length, PlannedMessage.Digest([.. content.Reverse()]), at), Chunk(due, upload, 0, content)],
            // The id of the honest event before, and another content: sealed, and marked as a conflict.
            5 => [Event(due, turn - 5, at, "seen-otherwise", Device, MessageClass.Evidence)],
            _ => [Chunk(due, upload, 0, content)],
        };
    }

    Said Event(TimeSpan due, long id, string at, string what, string owner, MessageClass kind) => new(due, $"edgegw/v1/{owner}/event/alarm", JsonPayload.Of(json =>
    {
        json.WriteString("eventId", $"{Device}-{id:D8}");
        json.WriteString("capturedAt", at);
        json.WriteString("alarm", what);
    }), kind, $"{Device}-{id:D8}");

    Said Manifest(TimeSpan due, string upload, int size, string sha256, string at) => new(due, $"edgegw/v1/{Device}/media/{upload}/manifest", JsonPayload.Of(json =>
    {
        json.WriteString("fileName", $"{upload}.bin");
        json.WriteNumber("size", size);
        json.WriteNumber("chunkSize", ChunkBytes);
        json.WriteString("sha256", sha256);
        json.WriteString("startedAt", at);
    }), MessageClass.Part, null);

    Said Chunk(TimeSpan due, string upload, int chunk, byte[] content) =>
        new(due, $"edgegw/v1/{Device}/media/{upload}/chunk/{chunk}", content, MessageClass.Lie, null);

    PlannedMessage Numbered(Said message, long n, FaultPlan faults) => new(Device, n, message.Due, message.Topic, message.Payload)
    {
        Class = message.Class,
        EventId = message.EventId,
        Faults = faults.Next(message.Due, 0),
    };

    static byte[] Bytes(SeededRandom random)
    {
        var bytes = new byte[4000];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>A message that has no number yet.</summary>
    sealed record Said(TimeSpan Due, string Topic, byte[] Payload, MessageClass Class, string? EventId);
}
