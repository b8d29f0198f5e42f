using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>What a rule reads in a frame: field names of CP, or of the fields before it, take the place of JSON pointers.</summary>
public static class Hj212Interpretation
{
    const int MaximumValueLength = 256;
    const int MaximumTimeLength = 64;

    /// <summary>
    /// <see cref="ParseVerdict.Ok"/>, with <see cref="Hj212Frame.Identity"/> as the event's id;
    /// <see cref="ParseVerdict.Failed"/> where a value that is asked for is too long (the others are kept).
    /// </summary>
    public static Interpretation Read(MessageRule rule, Hj212Frame frame)
    {
        var failed = false;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, source) in rule.Fields)
        {
            if (Find(source, MaximumValueLength) is { } value) fields[name] = value;
        }

        var capturedAt = rule.CapturedAt is null ? null : Find(rule.CapturedAt.Pointer, MaximumTimeLength);
        return new Interpretation
        {
            Verdict = failed ? ParseVerdict.Failed : ParseVerdict.Ok,
            EventId = frame.Identity,
            CapturedAt = capturedAt,
            CapturedAtUtc = capturedAt is null ? null : rule.CapturedAt!.Read(capturedAt),
            IsPeriodStart = Hj212Period.IsPeriodic(frame.Command),
            Fields = fields,
        };

        string? Find(string name, int maximum)
        {
            var value = frame.Parameter(name) ?? frame.Header(name);
            if (string.IsNullOrEmpty(value)) return null;
            if (value.Length <= maximum) return value;
            failed = true;
            return null;
        }
    }

    /// <summary>The same for the bytes of a frame; <see cref="ParseVerdict.Failed"/> where they are none.</summary>
    public static Interpretation Read(MessageRule rule, ReadOnlyMemory<byte> bytes) =>
        Hj212Framer.IsFrame(bytes.Span) && Hj212Framer.CrcIsRight(bytes.Span)
        && Hj212Frame.TryParse(Hj212Framer.Data(bytes).Span, out var frame, out _)
            ? Read(rule, frame)
            : new Interpretation { Verdict = ParseVerdict.Failed };
}
