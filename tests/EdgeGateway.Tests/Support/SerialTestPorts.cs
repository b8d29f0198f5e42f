using System.IO.Pipelines;
using System.Threading.Channels;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Support;

/// <summary>Ports in memory: a test is the device at the other end.</summary>
sealed class SerialTestPorts : ISerialPorts
{
    readonly Channel<SerialTestPort> _opened = Channel.CreateUnbounded<SerialTestPort>();
    readonly Channel<string> _refused = Channel.CreateUnbounded<string>();

    /// <summary>While set, no line can be opened, for this reason.</summary>
    public string? Refusal { get; set; }

    public ISerialPort Open(string line, SerialLineSettings settings)
    {
        if (Refusal is { } reason)
        {
            _refused.Writer.TryWrite(line);
            throw new IOException(reason);
        }

        var port = new SerialTestPort(line, settings);
        _opened.Writer.TryWrite(port);
        return port;
    }

    public async Task<SerialTestPort> OpenedAsync() => await _opened.Reader.ReadAsync(SerialDeadline.Token);

    public async Task RefusedAsync() => await _refused.Reader.ReadAsync(SerialDeadline.Token);
}

/// <summary>What the gateway has open.</summary>
sealed class SerialTestPort : ISerialPort
{
    readonly Pipe _fromDevice = new();
    readonly Channel<byte[]> _toDevice = Channel.CreateUnbounded<byte[]>();
    readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _sent;
    long _read;

    public SerialTestPort(string line, SerialLineSettings settings)
    {
        Line = line;
        Settings = settings;
        Stream = new Duplex(_fromDevice.Reader.AsStream(), this);
    }

    public string Line { get; }

    public SerialLineSettings Settings { get; }

    public Stream Stream { get; }

    public bool IsPresent { get; set; } = true;

    /// <summary>While set, what the gateway writes never gets out.</summary>
    public bool IsStuck { get; set; }

    public Task Closed => _closed.Task.WaitAsync(SerialDeadline.Token);

    public async Task SendAsync(params byte[][] pieces)
    {
        foreach (var piece in pieces) _sent += piece.Length;
        foreach (var piece in pieces) await _fromDevice.Writer.WriteAsync(piece, SerialDeadline.Token);
    }

    /// <summary>Ends when everything that was sent has been read.</summary>
    public async Task ReadAllAsync()
    {
        var deadline = SerialDeadline.Token;
        while (Volatile.Read(ref _read) < _sent)
        {
            deadline.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async Task<byte[]> AnswerAsync() => await _toDevice.Reader.ReadAsync(SerialDeadline.Token);

    public bool HasAnswer => _toDevice.Reader.TryPeek(out _);

    /// <summary>The other end hangs up, in the way that SerialStream shows it.</summary>
    public void Die() => _fromDevice.Writer.Complete(new ObjectDisposedException(null, "The port is closed."));

    public void Dispose() => _closed.TrySetResult();

    sealed class Duplex(Stream input, SerialTestPort port) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await input.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref port._read, count);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (port._closed.Task.IsCompleted) throw new ObjectDisposedException(null, "The port is closed.");
            if (port.IsStuck) await Task.Delay(Timeout.Infinite, cancellationToken);
            port._toDevice.Writer.TryWrite(buffer.ToArray());
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
