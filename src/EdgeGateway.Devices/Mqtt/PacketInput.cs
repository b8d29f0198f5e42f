using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The one way into a connection: publishes go to the <see cref="Receiver"/>, pings are answered, and the other packets come out
/// for MQTTnet. While a publish waits for room in the sealer's queue, or an answer for a client that does not read, nothing more
/// is read: so the back-pressure reaches the client. One thread at a time.
/// </summary>
/// <param name="closing">Cancelled when nothing more is to be read.</param>
sealed class PacketInput(
    PipeReader pipe, PacketOutput output, MqttPacketFormatterAdapter formatter, TimeProvider timeProvider, CancellationToken closing)
{
    const MqttDisconnectReasonCode GoOn = MqttDisconnectReasonCode.NormalDisconnection;

    static readonly byte[] PingResponse = [(byte)MqttControlPacketType.PingResp << 4, 0];

    readonly PacketFramer _framer = new();
    volatile PublishReceiver? _receiver;
    long _lastReceived = timeProvider.GetTimestamp();

    /// <summary>Null until the device has signed in.</summary>
    public PublishReceiver? Receiver => _receiver;

    /// <summary>How long nothing has come although something was waited for.</summary>
    public TimeSpan Silence =>
        _receiver is { IsWaiting: true } ? TimeSpan.Zero : timeProvider.GetElapsedTime(Volatile.Read(ref _lastReceived));

    public void SignIn(DeviceSession session, PublishReceiver receiver)
    {
        _framer.Limit = session.MaximumPacketSize;
        _framer.SkipsOversized = !session.Version5;
        _receiver = receiver;
    }

    /// <returns>
    /// A packet for MQTTnet; or none, and then why the connection must end:
    /// <see cref="MqttDisconnectReasonCode.NormalDisconnection"/> when the client has ended it.
    /// </returns>
    /// <exception cref="MqttProtocolViolationException">A packet is not what the standard says.</exception>
    /// <exception cref="IOException">The peer is gone.</exception>
    public async ValueTask<(MqttPacket? Packet, MqttDisconnectReasonCode Reason)> ReadAsync()
    {
        while (true)
        {
            var read = await pipe.ReadAsync(closing);
            Touch();
            var rest = read.Buffer;
            MqttPacket? packet = null;
            try
            {
                while (packet is null)
                {
                    var status = _framer.Take(ref rest, out var header, out var body);
                    if (status == FrameStatus.Incomplete) break;
                    if (status == FrameStatus.Complete && IsForBroker(header.Type))
                    {
                        packet = ControlPackets.Decode(formatter, header, body);
                        continue;
                    }

                    var handling = HandleAsync(status, header, body);
                    var isWaiting = !handling.IsCompleted;
                    var reason = await handling;
                    if (isWaiting) Touch();
                    if (reason != GoOn) return (null, reason);
                }
            }
            finally
            {
                // A packet for MQTTnet leaves the others unexamined, so that they are found again at once.
                pipe.AdvanceTo(rest.Start, packet is null ? rest.End : rest.Start);
            }

            if (packet is not null || read.IsCompleted) return (packet, GoOn);
        }
    }

    /// <summary>Throws away what still comes, until the client has gone.</summary>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            pipe.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }

    bool IsForBroker(MqttControlPacketType type) => _receiver is null
        ? type == MqttControlPacketType.Connect
        : type is MqttControlPacketType.Subscribe or MqttControlPacketType.Unsubscribe or MqttControlPacketType.PubAck
            or MqttControlPacketType.Disconnect;

    ValueTask<MqttDisconnectReasonCode> HandleAsync(FrameStatus status, FixedHeader header, in ReadOnlySequence<byte> body)
    {
        if (status == FrameStatus.Malformed) return ValueTask.FromResult(MqttDisconnectReasonCode.MalformedPacket);
        if (_receiver is not { } receiver)
        {
            return ValueTask.FromResult(
                status == FrameStatus.Oversized ? MqttDisconnectReasonCode.PacketTooLarge : MqttDisconnectReasonCode.ProtocolError);
        }

        if (body.IsSingleSegment) return HandleAsync(receiver, status, header, body.FirstSpan);

        var length = (int)body.Length;
        var contiguous = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(contiguous);
            return HandleAsync(receiver, status, header, contiguous.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(contiguous);
        }
    }

    ValueTask<MqttDisconnectReasonCode> HandleAsync(
        PublishReceiver receiver, FrameStatus status, FixedHeader header, ReadOnlySpan<byte> body)
    {
        if (status == FrameStatus.Oversized)
        {
            return header.Type == MqttControlPacketType.Publish
                ? receiver.ReceiveOversizedAsync(header.Flags, body, closing)
                : ValueTask.FromResult(MqttDisconnectReasonCode.PacketTooLarge);
        }

        return header.Type switch
        {
            MqttControlPacketType.Publish => receiver.ReceiveAsync(header.Flags, body, closing),
            MqttControlPacketType.PubRel when body.Length >= 2 =>
                receiver.ReleaseAsync(BinaryPrimitives.ReadUInt16BigEndian(body), closing),
            MqttControlPacketType.PingReq when body.IsEmpty => PingAsync(),
            // PUBREC and PUBCOMP too: nothing is sent at QoS 2.
            _ => ValueTask.FromResult(MqttDisconnectReasonCode.ProtocolError),
        };
    }

    async ValueTask<MqttDisconnectReasonCode> PingAsync()
    {
        await output.WriteAsync(PingResponse, last: false, closing);
        return GoOn;
    }

    void Touch() => Volatile.Write(ref _lastReceived, timeProvider.GetTimestamp());
}
