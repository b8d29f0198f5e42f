using System.Buffers;
using EdgeGateway.Evidence;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Lets a connection's acknowledgements leave, in order, each only once its outcome is durable. What is known at the same
/// moment leaves in one write. When an outcome is not durable, or not known in time, no acknowledgement leaves any more and
/// the connection ends: the client keeps what was not acknowledged and sends it again.
/// </summary>
sealed class AcknowledgementPump(
    DeviceSession session, PacketOutput output, Receipts receipts, TimeProvider timeProvider, MqttEvents events)
{
    const int BatchBytes = 16 * 1024;

    readonly ArrayBufferWriter<byte> _batch = new(1024);

    /// <param name="cancellationToken">Cancelled when the connection is to be cut: what has not left then, will not.</param>
    /// <returns>
    /// Why the connection must end, or <see cref="MqttDisconnectReasonCode.NormalDisconnection"/> when all has left or the peer is
    /// gone.
    /// </returns>
    public async Task<MqttDisconnectReasonCode> RunAsync(CancellationToken cancellationToken)
    {
        var pending = session.Acknowledgements.Reader;
        while (await pending.WaitToReadAsync(cancellationToken))
        {
            while (pending.TryRead(out var next))
            {
                if (!next.Outcome.IsCompleted)
                {
                    if (!await FlushAsync(cancellationToken)) return MqttDisconnectReasonCode.NormalDisconnection;
                    if (!await IsKnownInTimeAsync(next.Outcome, cancellationToken))
                    {
                        return Withhold("timeout", MqttDisconnectReasonCode.ServerBusy);
                    }
                }

                var outcome = await next.Outcome;
                if (!outcome.IsDurable)
                {
                    if (!await FlushAsync(cancellationToken)) return MqttDisconnectReasonCode.NormalDisconnection;
                    return Withhold("unavailable", MqttDisconnectReasonCode.QuotaExceeded);
                }

                if (!Acknowledge(next, outcome))
                {
                    await FlushAsync(cancellationToken);
                    return MqttDisconnectReasonCode.QuotaExceeded;
                }

                if (_batch.WrittenCount >= BatchBytes && !await FlushAsync(cancellationToken))
                {
                    return MqttDisconnectReasonCode.NormalDisconnection;
                }
            }

            if (!await FlushAsync(cancellationToken)) return MqttDisconnectReasonCode.NormalDisconnection;
        }

        return MqttDisconnectReasonCode.NormalDisconnection;
    }

    bool Acknowledge(in PendingAcknowledgement next, in SealOutcome outcome)
    {
        if (next.Kind == AcknowledgementKind.None) return true;

        AcknowledgementWriter.Write(_batch, next, outcome, session.Version5, session.TakesProperties);
        if (next.Kind == AcknowledgementKind.PubComp) return true;

        if (events.WantsDurations) events.Acknowledged(timeProvider.GetElapsedTime(next.ReceivedAt));
        return session.Version5 || receipts.TrySend(session.Device, next, outcome);
    }

    async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.WrittenCount == 0) return true;
        var isOpen = await output.WriteAsync(_batch.WrittenMemory, last: false, cancellationToken);
        _batch.ResetWrittenCount();
        return isOpen;
    }

    async ValueTask<bool> IsKnownInTimeAsync(Task<SealOutcome> outcome, CancellationToken cancellationToken)
    {
        try
        {
            await outcome.WaitAsync(session.SealWait, timeProvider, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            // It may be sealed yet; then the message that the client sends again is known as a repeat.
            return false;
        }
    }

    MqttDisconnectReasonCode Withhold(string reason, MqttDisconnectReasonCode code)
    {
        events.Withheld(reason, session.Device);
        return code;
    }
}
