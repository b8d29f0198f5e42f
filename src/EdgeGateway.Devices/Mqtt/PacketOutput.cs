using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The one way out of a connection, for acknowledgements and for what MQTTnet sends, one at a time. Nothing leaves after
/// a DISCONNECT (MQTT 5.0 section 3.14.4). A write into a connection that the peer has left returns false.
/// </summary>
/// <param name="turn">With a count of one, for this alone.</param>
sealed class PacketOutput(PipeWriter pipe, SemaphoreSlim turn)
{
    bool _closed;

    /// <param name="last">Nothing may follow.</param>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> packets, bool last, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (_closed) return false;
            _closed = last;
            return IsOpen(await pipe.WriteAsync(packets, cancellationToken));
        }
        catch (IOException)
        {
            // The peer is gone: what was not sent was not acknowledged, and it will send again.
            return false;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The same for a packet of MQTTnet's; the formatter's buffer is shared, so it is encoded within the turn.</summary>
    public async ValueTask<bool> WriteAsync(MqttPacket packet, MqttPacketFormatterAdapter formatter, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (_closed) return false;
            var encoded = formatter.Encode(packet);
            pipe.Write(encoded.Packet);
            foreach (var segment in encoded.Payload) pipe.Write(segment.Span);
            formatter.Cleanup();
            return IsOpen(await pipe.FlushAsync(cancellationToken));
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Ends the output: what was written still leaves.</summary>
    /// <returns>False when a write waits for the peer; then only aborting the connection ends it.</returns>
    public bool TryComplete()
    {
        if (!turn.Wait(0)) return false;
        try
        {
            _closed = true;
            pipe.Complete();
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    static bool IsOpen(FlushResult result) => result is { IsCompleted: false, IsCanceled: false };
}
