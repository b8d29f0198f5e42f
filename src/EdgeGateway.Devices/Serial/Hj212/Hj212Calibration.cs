using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>
/// Gives the time to instruments that ask for it (HJ 212-2017: 1013, answered with 9013, then 1012), only while the
/// gateway's own clock may decide by date. An instrument is heard once a minute: one that asks for ever must not fill the ledger.
/// </summary>
sealed partial class Hj212Calibration(
    Hj212Exchanges exchanges, IRequestSealer sealer, IClockTrust trust, SerialMetrics.Line metrics, TimeProvider time, ILogger logger)
{
    public const string Notice = "1013";

    static readonly TimeSpan Once = TimeSpan.FromMinutes(1);
    const int MaximumAsking = 64;
    const int MaximumInstrument = 32;

    readonly Channel<(Device Device, string? Instrument, Task<SealOutcome> Sealing)> _asking =
        Channel.CreateBounded<(Device, string?, Task<SealOutcome>)>(new BoundedChannelOptions(MaximumAsking) { FullMode = BoundedChannelFullMode.DropWrite });

    // By device: there are as many as are registered.
    readonly Dictionary<DeviceId, long> _lastAsked = [];

    /// <summary>Takes note of a 1013.</summary>
    public void Heard(Device device, Hj212Frame frame, Task<SealOutcome> sealing)
    {
        if (frame.Command == Notice) _asking.Writer.TryWrite((device, Instrument(frame), sealing));
    }

    /// <summary>Runs while the line is open.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (device, instrument, sealing) in _asking.Reader.ReadAllAsync(cancellationToken))
            {
                // A resend is the same question, and one that is not sealed was not answered: it comes again.
                if ((await sealing.WaitAsync(cancellationToken)).Status != SealStatus.Sealed) continue;
                if (_lastAsked.TryGetValue(device.Id, out var last) && time.GetElapsedTime(last) < Once) continue;
                _lastAsked[device.Id] = time.GetTimestamp();
                await AnswerAsync(device, instrument, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The line is closed; an instrument that still wants the time asks again.
        }
    }

    async Task AnswerAsync(Device device, string? instrument, CancellationToken cancellationToken)
    {
        if (trust.MayDecideByDate)
        {
            var answer = await exchanges.AskAsync(
                device, instrument is null ? Hj212Request.SetTime : Hj212Request.SetTime.For(instrument), Asker.Gateway, cancellationToken);
            metrics.Calibrated(answer.State == Hj212RequestState.Done);
            if (answer.State != Hj212RequestState.ClockNotTrusted) return;
        }
        else
        {
            metrics.Calibrated(done: false);
        }

        LogNotTrusted(device.Id, trust.Why ?? "");
        await (await sealer.TimeNotSetAsync(device, cancellationToken)).WaitAsync(cancellationToken);
    }

    // Goes back into a frame as it came, so it must not be able to end a field.
    static string? Instrument(Hj212Frame frame) =>
        frame.Parameter("PolId") is { Length: > 0 and <= MaximumInstrument } id && id.All(char.IsAsciiLetterOrDigit) ? id : null;

    [LoggerMessage(1231, LogLevel.Warning, "Device {Device} asked for the time and was not given it: {Why}")]
    partial void LogNotTrusted(DeviceId device, string why);
}
