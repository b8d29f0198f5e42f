using System.Globalization;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// A message that was cut into packets (HJ 212-2017 section 6.3.2: Flag bit D, PNUM and PNO), joined again to be read. Each
/// packet stays sealed as it came; this is a view.
/// </summary>
/// <param name="Count">PNUM.</param>
/// <param name="Parts">The packets that are here: PNO and the index of their entry.</param>
/// <param name="Values">Fields of CP of all that are here, passwords masked; one that is cut through where a part is missing stays cut.</param>
public sealed record Hj212Packets(int Count, IReadOnlyList<(int Number, long Index)> Parts, IReadOnlyList<Hj212Value> Values)
{
    /// <summary>PNUM beyond this is not believed: 64 packets are 60 KB of CP.</summary>
    public const int MaximumCount = 64;

    /// <summary>How far apart the packets of one message may come.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>PNO of those that never came.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(1, Count).Except(Parts.Select(part => part.Number));

    /// <summary>Null where <paramref name="shown"/> is no packet of a split message.</summary>
    /// <param name="others">What came from the same device around it, itself too or not, in any order.</param>
    public static Hj212Packets? Join(Hj212Packet shown, IEnumerable<Hj212Packet> others)
    {
        if (PlaceOf(shown.Frame) is not var (count, place)) return null;
        // Of two with one number the nearer in time: the other is of an earlier or later message.
        var parts = new SortedDictionary<int, Hj212Packet> { [place] = shown };
        foreach (var other in others.OrderBy(other => (other.ReceivedAt - shown.ReceivedAt).Duration()).ThenBy(other => other.Index))
        {
            if ((other.ReceivedAt - shown.ReceivedAt).Duration() > Window || PlaceOf(other.Frame) is not var (otherCount, number)) continue;
            if (otherCount == count && BelongTogether(shown.Frame, other.Frame)) parts.TryAdd(number, other);
        }

        return new(count, [.. parts.Select(part => (part.Key, part.Value.Index))], Read(parts));
    }

    static bool BelongTogether(Hj212Frame one, Hj212Frame other) =>
        one.Command == other.Command && one.DeviceNumber == other.DeviceNumber
        && (one.Parameter("DataTime") is not { } time || other.Parameter("DataTime") is not { } otherTime || time == otherTime);

    // Each packet of the standard can be read alone and repeats DataTime. Some senders cut one CP wherever it is full: there
    // a part continues the field that the one before it began.
    static List<Hj212Value> Read(SortedDictionary<int, Hj212Packet> parts)
    {
        if (parts.All(part => part.Value.Frame.Parameter("DataTime") is not null))
        {
            return [.. parts.SelectMany((part, i) => part.Value.Frame.Parameters.Where(value => i == 0 || value.Name != "DataTime"))];
        }

        var text = new System.Text.StringBuilder();
        var previous = 0;
        foreach (var (number, part) in parts)
        {
            if (number > previous + 1 && text.Length > 0) text.Append(';');
            text.Append(part.Frame.Body);
            previous = number;
        }

        return [.. Hj212Frame.Fields(text.ToString()).Select(value => value.Masked())];
    }

    static (int Count, int Number)? PlaceOf(Hj212Frame frame) =>
        (frame.Flag & 2) == 2 && Read(frame.PacketCount) is { } count and >= 2 and <= MaximumCount && Read(frame.PacketNumber) is { } number && number >= 1 && number <= count
            ? (count, number)
            : null;

    static int? Read(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A sealed frame and where it is.</summary>
public sealed record Hj212Packet(long Index, DateTimeOffset ReceivedAt, Hj212Frame Frame)
{
    /// <summary>Null where the bytes are no frame in order.</summary>
    public static Hj212Packet? Of(long index, DateTimeOffset receivedAt, ReadOnlyMemory<byte> bytes) =>
        Hj212Framer.IsFrame(bytes.Span) && Hj212Framer.CrcIsRight(bytes.Span) && Hj212Frame.TryParse(Hj212Framer.Data(bytes).Span, out var frame, out _)
            ? new(index, receivedAt, frame)
            : null;
}
