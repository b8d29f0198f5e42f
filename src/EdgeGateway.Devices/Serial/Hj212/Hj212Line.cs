using EdgeGateway.Evidence;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>The side of one line that speaks first: requests, and the time for instruments that ask for it.</summary>
sealed class Hj212Line(string line, IDeviceDirectory directory, Hj212Exchanges exchanges, Hj212Calibration calibration)
{
    public Hj212Exchanges Exchanges => exchanges;

    /// <summary>Runs while a port is open; requests leave through its answers.</summary>
    public async Task RunAsync(SerialAnswers answers, CancellationToken cancellationToken)
    {
        exchanges.Use(answers);
        try
        {
            await calibration.RunAsync(cancellationToken);
        }
        finally
        {
            exchanges.Use(null);
        }
    }

    /// <summary>Takes note of a piece of the line whose seal is on its way, and whose answer, if it gets one, waits before ours.</summary>
    public void Heard(ReadOnlyMemory<byte> bytes, Task<SealOutcome> sealing)
    {
        if (!Hj212Framer.IsFrame(bytes.Span) || !Hj212Framer.CrcIsRight(bytes.Span)) return;
        if (!Hj212Frame.TryParse(Hj212Framer.Data(bytes).Span, out var frame, out _)) return;
        if (directory.Current.FindByMn(line, frame.DeviceNumber) is not { } device) return;
        exchanges.Heard(device, frame, sealing);
        calibration.Heard(device, frame, sealing);
    }
}
