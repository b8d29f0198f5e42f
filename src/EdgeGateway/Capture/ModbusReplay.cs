using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Modbus;
using EdgeGateway.Profiles;

namespace EdgeGateway.Capture;

/// <summary>
/// Answers of slaves in what was captured of a Modbus line. A capture holds what was read and so no requests: an answer is to the first poll
/// of the profile that it fits.
/// </summary>
static class ModbusReplay
{
    const int MaximumUnit = 247;

    public static IEnumerable<ReplayedPiece> Run(DeviceProfile profile, Stream file)
    {
        var buffer = new byte[SerialFramers.MaximumFeedBytes];
        var (length, at, noise) = (0, 0, 0);
        long offset = 0;
        for (var more = true; more || at < length;)
        {
            // An answer must be whole in the buffer to be known.
            if (more && length - at < ModbusPoll.MaximumExchangeBytes)
            {
                buffer.AsSpan(at - noise, length - at + noise).CopyTo(buffer);
                (length, at) = (length - at + noise, noise);
                var count = file.ReadAtLeast(buffer.AsSpan(length), 1, throwOnEndOfStream: false);
                (length, more) = (length + count, count > 0);
                continue;
            }

            var found = Find(profile, buffer.AsSpan(at, length - at));
            if (noise > 0 && (found is not null || noise == SerialFramers.MaximumNoiseBytes))
            {
                yield return Noise(buffer.AsSpan(at - noise, noise), offset);
                (offset, noise) = (offset + noise, 0);
            }

            if (found is not { } answer)
            {
                (at, noise) = (at + 1, noise + 1);
                continue;
            }

            yield return Of(answer.Rule, answer.Request, buffer.AsSpan(at, answer.Length), offset);
            (at, offset) = (at + answer.Length, offset + answer.Length);
        }

        if (noise > 0) yield return Noise(buffer.AsSpan(at - noise, noise), offset);
    }

    static (MessageRule Rule, byte[] Request, int Length)? Find(DeviceProfile profile, ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] is 0 or > MaximumUnit) return null;
        foreach (var rule in profile.Messages)
        {
            var request = ModbusRequest.Of(bytes[0], rule.Poll!);
            if (ModbusRequest.AnswerAt(request, bytes) is { } length) return (rule, request, length);
        }

        return null;
    }

    static ReplayedPiece Of(MessageRule rule, byte[] request, ReadOnlySpan<byte> answer, long offset)
    {
        byte[] bytes = [.. request, .. answer];
        var values = !ModbusExchange.TryParse(bytes, out var exchange) ? []
            : exchange.Exception is { } reason ? [KeyValuePair.Create("exception", $"{reason}")]
            : rule.Points.Select(point => KeyValuePair.Create(point.Name, exchange.Value(point) ?? "")).ToList();
        return new ReplayedPiece
        {
            At = offset,
            Bytes = answer.Length,
            Verdict = ReplayVerdict.Understood,
            Text = Convert.ToHexString(answer),
            Values = values,
        }.Under(rule, ModbusExchange.Read(rule, bytes));
    }

    static ReplayedPiece Noise(ReadOnlySpan<byte> bytes, long offset) =>
        new() { At = offset, Bytes = bytes.Length, Verdict = ReplayVerdict.Noise, Text = FrameText.Of(bytes) };
}
