using EdgeGateway.Devices.Serial;
using EdgeGateway.Profiles;

namespace EdgeGateway.Capture;

/// <summary>Serial ports whose bytes are kept as they are read.</summary>
sealed class CapturingSerialPorts(ISerialPorts ports, WireCapture capture) : ISerialPorts
{
    public ISerialPort Open(string line, SerialLineSettings settings) => new Port(ports.Open(line, settings), line, capture);

    sealed class Port(ISerialPort port, string line, WireCapture capture) : ISerialPort
    {
        public Stream Stream { get; } = new ReadCopyStream(port.Stream, bytes => capture.Line(line, bytes));

        public bool IsPresent => port.IsPresent;

        public void Dispose() => port.Dispose();
    }
}

/// <summary>A stream that shows what is read to somebody else too; writing goes through.</summary>
sealed class ReadCopyStream(Stream stream, Action<ReadOnlySpan<byte>> read) : Stream
{
    public override bool CanRead => stream.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => stream.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => stream.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count)
    {
        var length = stream.Read(buffer, offset, count);
        read(buffer.AsSpan(offset, length));
        return length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await stream.ReadAsync(buffer, cancellationToken);
        read(buffer.Span[..length]);
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => stream.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => stream.WriteAsync(buffer, offset, count, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
