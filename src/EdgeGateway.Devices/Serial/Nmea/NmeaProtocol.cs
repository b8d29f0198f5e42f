using EdgeGateway.Clocks;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial.Nmea;

/// <summary>
/// A satellite navigation receiver: its sentences are sampled by the profile's rules, and its time, where it has a fix, goes to
/// the gateway's clock. One line, one caller.
/// </summary>
/// <param name="gnss">Null where no clock listens.</param>
sealed class NmeaProtocol(TimeProvider time, IGnssTime? gnss) : ISerialProtocol
{
    /// <summary>A sentence without a word on validity (ZDA) is believed this long after one that had a fix.</summary>
    static readonly TimeSpan FixHolds = TimeSpan.FromSeconds(5);

    static readonly DelimiterFraming Sentences = new("24", "0D0A", new NmeaFraming().MaximumFrameBytes);

    readonly Dictionary<(string Rule, string Type), Sample> _samples = [];
    long? _fixAt;

    public static ISerialFramer Framer() => new DelimiterFramer(Sentences, frame => NmeaSentence.ChecksumIsRight(frame.Span));

    public ISerialFramer CreateFramer() => Framer();

    public SerialReading Read(ReadOnlyMemory<byte> frame, string line, DeviceSnapshot devices, DateTimeOffset receivedAt)
    {
        if (devices.OnlyOneOnLine(line) is not { } device) return SerialReading.Refuse(RefusalReason.UnknownDevice);
        if (!NmeaSentence.TryParse(frame.Span, out var sentence)) return SerialReading.Refuse(RefusalReason.Malformed);

        Listen(sentence, line, receivedAt);
        var hasFix = sentence.IsValid ?? HasFix;
        foreach (var rule in device.Profile.MatchSentence(sentence.Type))
        {
            if (IsDue(rule, sentence)) return SerialReading.Of(device, rule, NmeaInterpretation.Read(rule, sentence, hasFix));
        }

        return SerialReading.Refuse(RefusalReason.Malformed);
    }

    bool HasFix => _fixAt is { } at && time.GetElapsedTime(at) <= FixHolds;

    void Listen(NmeaSentence sentence, string line, DateTimeOffset receivedAt)
    {
        if (sentence.IsValid == false)
        {
            _fixAt = null;
            gnss?.NoFix(line);
            return;
        }

        if (sentence.IsValid == true) _fixAt = time.GetTimestamp();
        if (HasFix && sentence.Time is { } moment) gnss?.Heard(line, moment, receivedAt);
    }

    // The sentences of a second come one after the other, so each type is sampled by itself.
    bool IsDue(MessageRule rule, NmeaSentence sentence)
    {
        if (rule.SampleEvery is not { } every) return true;
        var key = (rule.Name, sentence.Type);
        if (_samples.TryGetValue(key, out var last) && last.IsValid == sentence.IsValid && time.GetElapsedTime(last.At) < every) return false;

        // A line that makes up types without end is not remembered without end.
        if (_samples.Count >= 64) _samples.Clear();
        _samples[key] = new(time.GetTimestamp(), sentence.IsValid);
        return true;
    }

    readonly record struct Sample(long At, bool? IsValid);
}
