using System.Buffers;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>
/// What comes from a broker, packet by packet: one longer than was announced ends the connection before anything of that size is
/// allocated, and a PUBLISH waits until <see cref="InFlight"/> has room. One reader and one writer.
/// </summary>
sealed class GuardedStream(Stream inner, int maximumPacketBytes, InFlight inFlight) : Stream
{
    const int MaximumHeader = 5;

    readonly byte[] _header = new byte[MaximumHeader];
    int _headerLength;
    int _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <remarks>Never reads beyond a packet's header before it is known how long the packet is.</remarks>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        var read = await inner.ReadAsync(_rest > 0 ? buffer[..Math.Min(_rest, buffer.Length)] : buffer[..1], cancellationToken);
        if (_rest > 0)
        {
            _rest -= read;
            return read;
        }

        if (read > 0) await TakeHeaderAsync(buffer.Span[0], cancellationToken);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    async ValueTask TakeHeaderAsync(byte next, CancellationToken cancellationToken)
    {
        _header[_headerLength++] = next;
        var status = FixedHeader.TryRead(new ReadOnlySequence<byte>(_header, 0, _headerLength), out var header);
        if (status == FixedHeaderStatus.Incomplete) return;
        _headerLength = 0;
        if (status == FixedHeaderStatus.Malformed) throw new IOException("The broker sent what is no MQTT packet.");
        if (header.PacketLength > maximumPacketBytes) throw new IOException($"The broker sent a packet of {header.PacketLength} bytes; it was told that {maximumPacketBytes} are taken.");
        _rest = header.RemainingLength;
        if (header.Type == MqttControlPacketType.Publish) await inFlight.EnterAsync(header.PacketLength, cancellationToken);
    }
}
