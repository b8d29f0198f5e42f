using System.Diagnostics.Metrics;
using EdgeGateway.Evidence;

namespace EdgeGateway.Devices.Serial;

/// <summary>
/// The instruments of the serial lines. The one label that is not ours is the line's name, which the registry gives, never a
/// device: there are as many as lines are registered. Safe for any number of threads.
/// </summary>
sealed class SerialMetrics
{
    public const string MeterName = "EdgeGateway.Serial";

    readonly Counter<long> _bytes;
    readonly Counter<long> _frames;
    readonly Counter<long> _damaged;
    readonly Counter<long> _reconnects;
    readonly Counter<long> _calibrations;

    public SerialMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _bytes = meter.CreateCounter<long>("edgegateway.serial.bytes", "By", "Bytes read, noise too, by line.");
        _frames = meter.CreateCounter<long>("edgegateway.serial.frames", "{frame}", "Frames with a right checksum, by line.");
        _damaged = meter.CreateCounter<long>(
            "edgegateway.serial.damaged", "{frame}", "Frames with a wrong checksum and runs of bytes that are no frame, by line and kind.");
        _reconnects = meter.CreateCounter<long>("edgegateway.serial.reconnects", "{reconnect}", "Ports opened again after they had failed, by line.");
        _calibrations = meter.CreateCounter<long>(
            "edgegateway.serial.calibrations", "{request}", "Requests of instruments for the time, by line and whether it was set.");
    }

    /// <param name="line">As it is registered.</param>
    public Line For(string line) => new(this, new("line", DisplayText.Of(line)));

    /// <summary>What one line counts.</summary>
    internal sealed class Line(SerialMetrics metrics, KeyValuePair<string, object?> line)
    {
        static readonly KeyValuePair<string, object?> Checksum = new("kind", "checksum");
        static readonly KeyValuePair<string, object?> Noise = new("kind", "noise");
        static readonly KeyValuePair<string, object?> TimeSet = new("result", "set");
        static readonly KeyValuePair<string, object?> TimeNotSet = new("result", "not-set");

        public void Read(int bytes) => metrics._bytes.Add(bytes, line);

        public void Received(SerialChunkKind kind)
        {
            if (kind == SerialChunkKind.Frame) metrics._frames.Add(1, line);
            else metrics._damaged.Add(1, line, kind == SerialChunkKind.WrongChecksum ? Checksum : Noise);
        }

        public void Calibrated(bool done) => metrics._calibrations.Add(1, line, done ? TimeSet : TimeNotSet);

        public void Reconnected() => metrics._reconnects.Add(1, line);
    }
}
