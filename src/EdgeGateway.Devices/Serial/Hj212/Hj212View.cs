using System.Text;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// A sealed frame as a person reads it, passwords masked. The text is the device's: whoever shows it makes it harmless for
/// the screen or page first.
/// </summary>
/// <param name="CrcIsRight">Whether the checksum fits the data.</param>
/// <param name="Values">Fields before CP, then those of CP, each in its order; empty where the data can't be read.</param>
/// <param name="Text">The whole frame.</param>
/// <param name="Error">Why the data can't be read, or null.</param>
public sealed record Hj212View(bool CrcIsRight, IReadOnlyList<Hj212Value> Values, string Text, string? Error)
{
    /// <param name="bytes">What arrived: a frame, or anything else.</param>
    public static Hj212View Read(ReadOnlyMemory<byte> bytes)
    {
        var text = Hj212Value.MaskIn(Encoding.UTF8.GetString(bytes.Span));
        if (!Hj212Framer.IsFrame(bytes.Span)) return new(false, [], text, "it is not one frame of HJ 212");

        var right = Hj212Framer.CrcIsRight(bytes.Span);
        return Hj212Frame.TryParse(Hj212Framer.Data(bytes).Span, out var frame, out var error)
            ? new(right, [.. frame.HeaderValues, .. frame.Parameters], text, null)
            : new(right, [], text, error);
    }
}
