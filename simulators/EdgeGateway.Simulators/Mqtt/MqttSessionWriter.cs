using System.Buffers;
using System.Threading.Channels;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>The writing task of one connection.</summary>
/// <param name="credit">The server's Receive Maximum (section 4.9): one is taken for each PUBLISH with QoS 1 or 2.</param>
sealed class MqttSessionWriter(
    MqttConnection connection, MqttSessionOptions options, SemaphoreSlim credit, ITranscript transcript, TimeProvider time)
{
    const int FlushBytes = 64 * 1024;

    readonly ArrayBufferWriter<byte> _output = new(FlushBytes);
    readonly uint _maximumPacketBytes = connection.Greeting.Properties.Number(MqttPropertyId.MaximumPacketSize) ?? uint.MaxValue;

    /// <summary>How long a fault wants the device to stay away after this connection.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>Whether the connection still carries whole packets, so that another may follow.</summary>
    public bool IsBetweenPackets { get; private set; } = true;

    /// <summary>Ends with an exception only: cancelled, the connection lost, or a fault that ends it.</summary>
    public async Task RunAsync(ChannelReader<Outgoing> queue, CancellationToken cancellationToken)
    {
        while (await queue.WaitToReadAsync(cancellationToken))
        {
            while (queue.TryRead(out var outgoing))
            {
                if (outgoing.Packet is { } packet) MqttEncoder.Encode(packet, options.Version, _output);
                if (outgoing.Message is { } message) await WriteAsync(message, cancellationToken);
                if (_output.WrittenCount >= FlushBytes) await FlushAsync(cancellationToken);
            }

            await FlushAsync(cancellationToken);
        }
    }

    async Task WriteAsync(InFlightMessage message, CancellationToken cancellationToken)
    {
        if (message.IsReceived)
        {
            MqttEncoder.Encode(new AcknowledgementPacket(MqttPacketType.PubRel, message.PacketId), options.Version, _output);
            return;
        }

        if (message.Message.Qos > 0)
        {
            if (!credit.Wait(0, cancellationToken))
            {
                await FlushAsync(cancellationToken);
                await credit.WaitAsync(cancellationToken);
            }

            message.HasCredit = true;
        }

        var before = _output.WrittenCount;
        MqttEncoder.Encode(message.Packet(options.Version), options.Version, _output);
        var size = _output.WrittenCount - before;
        if (size > _maximumPacketBytes)
        {
            // [MQTT-3.2.2-15]; the server would close the connection, and again on each resend.
            throw new MqttProtocolException($"Message {message.Message.Number} takes {size} bytes and the server allows {_maximumPacketBytes}.");
        }

        var fault = message.WasWritten ? null : message.Fault;
        // Before the bytes go: the acknowledgement may be written down by another task the moment they are gone.
        var again = message.WasWritten || message.IsCopy;
        transcript.Record(message.Message.Entry(again ? TranscriptEvent.Resent : TranscriptEvent.Sent, time.GetUtcNow()));
        message.WasWritten = true;
        if (fault is { } happening) await FailAsync(happening, before + size / 2, cancellationToken);
    }

    async Task FailAsync(Fault fault, int half, CancellationToken cancellationToken)
    {
        Pause = fault.Pause;
        switch (fault.Kind)
        {
            case FaultKind.HalfFrame:
                IsBetweenPackets = false;
                await connection.SendAsync(_output.WrittenMemory[..half], cancellationToken);
                connection.Abort();
                break;
            case FaultKind.LostConnection:
                await FlushAsync(cancellationToken);
                connection.Abort();
                break;
            case FaultKind.Reconnect:
                MqttEncoder.Encode(new DisconnectPacket(0), options.Version, _output);
                await FlushAsync(cancellationToken);
                break;
            default:
                throw new ArgumentException($"{fault.Kind} is no fault of a connection.", nameof(fault));
        }

        throw new IOException($"The connection ended by the fault {fault.Kind}.");
    }

    async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_output.WrittenCount == 0) return;
        IsBetweenPackets = false;
        await connection.SendAsync(_output.WrittenMemory, cancellationToken);
        IsBetweenPackets = true;
        _output.ResetWrittenCount();
    }
}
