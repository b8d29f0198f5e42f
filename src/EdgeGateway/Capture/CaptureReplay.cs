using System.Text;
using System.Text.Json;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Capture;

/// <summary>What a profile understands of captured bytes: the same framing and reading as on the wire, and nothing is sealed.</summary>
static class CaptureReplay
{
    /// <param name="file">A serial line's bytes, or MQTT messages a line each: as the profile's wire is.</param>
    /// <exception cref="FormatException">It is no capture of this wire; says where.</exception>
    public static IEnumerable<ReplayedPiece> Run(DeviceProfile profile, Stream file) =>
        profile.Wire == WireKind.Mqtt ? Messages(profile, file) : profile.Framing is ModbusRtuFraming ? ModbusReplay.Run(profile, file) : Line(profile, file);

    static IEnumerable<ReplayedPiece> Line(DeviceProfile profile, Stream file)
    {
        var framer = SerialFramers.Of(profile.Framing);
        var buffer = new byte[SerialFramers.MaximumFeedBytes];
        long offset = 0;
        while (file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is var count and > 0)
        {
            framer.Feed(buffer.AsSpan(0, count));
            while (framer.TryRead(out var chunk)) yield return Of(profile, chunk, ref offset);
        }

        while (framer.TryFlush(out var chunk)) yield return Of(profile, chunk, ref offset);
    }

    static ReplayedPiece Of(DeviceProfile profile, SerialChunk chunk, ref long offset)
    {
        var piece = new ReplayedPiece
        {
            At = offset,
            Bytes = chunk.Bytes.Length,
            Verdict = chunk.Kind == SerialChunkKind.WrongChecksum ? ReplayVerdict.WrongCrc : ReplayVerdict.Noise,
        };
        offset += chunk.Bytes.Length;
        return profile.Framing is Hj212Framing ? OfHj212(profile, chunk, piece) : OfFrame(profile, chunk, piece);
    }

    static ReplayedPiece OfHj212(DeviceProfile profile, SerialChunk chunk, ReplayedPiece piece)
    {
        if (chunk.Kind == SerialChunkKind.Noise) return piece with { Text = Hj212View.Read(chunk.Bytes).Text };
        var view = Hj212View.Read(chunk.Bytes);
        piece = piece with { Text = view.Text, Values = [.. view.Values.Select(value => KeyValuePair.Create(value.Name, value.Masked().Value))] };
        if (chunk.Kind == SerialChunkKind.WrongChecksum) return piece;
        if (!Hj212Frame.TryParse(Hj212Framer.Data(chunk.Bytes).Span, out var frame, out _)) return piece with { Verdict = ReplayVerdict.Malformed };
        return profile.MatchCommand(frame.Command) is { } rule
            ? piece.Under(rule, Hj212Interpretation.Read(rule, frame))
            : piece with { Verdict = ReplayVerdict.NoRule };
    }

    static ReplayedPiece OfFrame(DeviceProfile profile, SerialChunk chunk, ReplayedPiece piece)
    {
        piece = piece with { Text = FrameText.Of(chunk.Bytes.Span) };
        if (chunk.Kind != SerialChunkKind.Frame) return piece;
        if (profile.Framing is NmeaFraming) return OfSentence(profile, chunk, piece);
        return profile.MatchFrame(chunk.Bytes.Span) is { } rule
            ? piece.Under(rule, JsonInterpretation.Read(rule, chunk.Bytes.Span))
            : piece with { Verdict = ReplayVerdict.NoRule };
    }

    // Sampling is a matter of time, which a capture does not hold: each sentence is told under its first rule.
    static ReplayedPiece OfSentence(DeviceProfile profile, SerialChunk chunk, ReplayedPiece piece)
    {
        if (!NmeaSentence.TryParse(chunk.Bytes.Span, out var sentence)) return piece with { Verdict = ReplayVerdict.Malformed };
        var hasFix = sentence.IsValid ?? true;
        piece = piece with
        {
            Values = [.. NmeaInterpretation.Places.Select(place => KeyValuePair.Create(place, NmeaInterpretation.Value(sentence, place, hasFix) ?? "")).Where(value => value.Value.Length > 0)],
        };
        return profile.MatchSentence(sentence.Type).FirstOrDefault() is { } rule
            ? piece.Under(rule, NmeaInterpretation.Read(rule, sentence, hasFix))
            : piece with { Verdict = ReplayVerdict.NoRule };
    }

    static IEnumerable<ReplayedPiece> Messages(DeviceProfile profile, Stream file)
    {
        using var lines = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        for (var number = 1L; Next(lines, number) is { } line; number++) yield return Of(profile, Parse(line, number), number);
    }

    static ReplayedPiece Of(DeviceProfile profile, CapturedMessage message, long number)
    {
        var piece = new ReplayedPiece { At = number, Bytes = message.Payload.Length, Verdict = ReplayVerdict.NoRule, Text = message.Topic };
        return profile.MatchTopic(message.Device, message.Topic) is { } rule ? piece.Under(rule, JsonInterpretation.Read(rule, message.Payload.Span)) : piece;
    }

    static string? Next(StreamReader lines, long number)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"line {number}: not UTF-8", e);
        }
    }

    static CapturedMessage Parse(string line, long number)
    {
        try
        {
            return CapturedMessage.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FormatException($"line {number}: {e.Message}", e);
        }
    }
}
