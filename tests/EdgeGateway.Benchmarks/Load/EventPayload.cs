using System.Buffers.Text;
using System.Text;

namespace EdgeGateway.Benchmarks.Load;

/// <summary>
/// One JSON event, written once; a counter is patched into it for each message, so that no two are alike to a gateway
/// that knows repeats.
/// </summary>
static class EventPayload
{
    public const int MinimumBytes = 128;

    const int CounterDigits = 16;
    const string Placeholder = "0000000000000000";

    /// <param name="publisher">Tells publishers and runs apart: part of every event id.</param>
    /// <param name="counterAt">Where the digits of the counter begin.</param>
    public static byte[] Create(string publisher, int bytes, out int counterAt)
    {
        var start = $$"""{"eventId":"{{publisher}}-{{Placeholder}}","capturedAt":"2026-01-05T00:00:00.000Z","padding":" """.TrimEnd();
        var text = start + new string('x', Math.Max(bytes - start.Length - 2, 0)) + "\"}";
        counterAt = start.IndexOf(Placeholder, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    public static void Patch(Span<byte> counter, long value)
    {
        var digits = counter[..CounterDigits];
        if (!Utf8Formatter.TryFormat(value, digits, out _, new System.Buffers.StandardFormat('D', CounterDigits)))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"The counter has {CounterDigits} digits.");
        }
    }
}
