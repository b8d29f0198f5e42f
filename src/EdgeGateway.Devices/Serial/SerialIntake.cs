using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>Tells what a piece of one line is, whose it is, and hands it to the sealer or to telemetry.</summary>
sealed class SerialIntake(
    string line, ISerialProtocol protocol, IDeviceDirectory directory, ISealer sealer, ITelemetry telemetry, SerialMetrics.Line metrics,
    Hj212Line requests)
{
    static readonly Task<SealOutcome> OnReceipt = Task.FromResult(new SealOutcome(SealStatus.Counted, -1, default, default));

    public string Line => line;

    public SerialMetrics.Line Metrics => metrics;

    /// <summary>What the gateway itself begins on the line.</summary>
    public Hj212Line Requests => requests;

    /// <summary>How long the line may be silent before one of its devices counts as lost; null while no device is on it.</summary>
    public TimeSpan? Silence
    {
        get
        {
            TimeSpan? shortest = null;
            foreach (var device in directory.Current.OnLine(line))
            {
                if (shortest is null || device.Profile.Silence < shortest) shortest = device.Profile.Silence;
            }

            return shortest;
        }
    }

    public ISerialFramer CreateFramer() => protocol.CreateFramer();

    /// <summary>Waits while the sealer's queue is full.</summary>
    public async ValueTask<PendingSeal> TakeAsync(SerialChunk chunk, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        metrics.Received(chunk.Kind);
        // One snapshot for the whole piece: the registry may change meanwhile.
        var devices = directory.Current;
        if (chunk.Kind != SerialChunkKind.Frame)
        {
            var trouble = chunk.Kind == SerialChunkKind.WrongChecksum ? RefusalReason.CrcMismatch : RefusalReason.LineNoise;
            return await RefuseAsync(trouble, chunk, devices, receivedAt, cancellationToken);
        }

        var reading = protocol.Read(chunk.Bytes, line, devices, receivedAt);
        if (reading is not { Device: { } device, Rule: { } rule, Interpretation: { } interpretation })
        {
            return await RefuseAsync(reading.Refused ?? RefusalReason.Malformed, chunk, devices, receivedAt, cancellationToken, reading.Claimed);
        }

        if (chunk.Bytes.Length > rule.MaximumBytes)
        {
            return await RefuseAsync(RefusalReason.Oversized, chunk, devices, receivedAt, cancellationToken);
        }

        var arrival = new Arrival
        {
            Device = device,
            Message = rule,
            Payload = chunk.Bytes,
            Interpretation = interpretation,
            Address = line,
            Authentication = Authentication.Line,
            ReceivedAt = receivedAt,
        };
        if (rule.Class == MessageClass.Telemetry)
        {
            telemetry.Observe(arrival);
            return new(OnReceipt, reading.Answer);
        }

        return new(await sealer.SubmitAsync(arrival, cancellationToken), reading.Answer);
    }

    // What is refused is never answered: the device must not take it for safe.
    async ValueTask<PendingSeal> RefuseAsync(
        RefusalReason reason, SerialChunk chunk, DeviceSnapshot devices, DateTimeOffset receivedAt, CancellationToken cancellationToken,
        string? claimed = null)
    {
        var refusal = new Refusal
        {
            Reason = reason,
            Wire = WireKind.Serial,
            // A stranger on the line is not the device that is registered there.
            Device = reason == RefusalReason.UnknownDevice ? null : devices.OnlyOneOnLine(line),
            IsOfBenches = devices.IsOfBenches(line),
            Address = line,
            Claimed = claimed,
            Authentication = Authentication.Line,
            Payload = chunk.Bytes,
            ReceivedAt = receivedAt,
        };
        return new(await sealer.QuarantineAsync(refusal, cancellationToken), null);
    }
}

/// <summary>Something on its way to the disk, and what the device is told once it is there.</summary>
/// <param name="Answer">Null where the device is told nothing. It holds the device's password: never log it.</param>
readonly record struct PendingSeal(Task<SealOutcome> Outcome, byte[]? Answer);
