using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Simulators.Mqtt;

/// <summary>One network connection, from CONNECT to its end. One task may send while another receives.</summary>
sealed class MqttConnection : IDisposable
{
    readonly Socket _socket;
    readonly NetworkStream _stream;
    readonly PipeReader _arrived;
    readonly MqttSessionOptions _options;

    MqttConnection(Socket socket, MqttSessionOptions options)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _arrived = PipeReader.Create(_stream);
        _options = options;
    }

    /// <summary>What the server answered; its reason code is 0.</summary>
    public ConnAckPacket Greeting { get; private set; } = new(false, 0);

    /// <exception cref="IOException">No connection, or it ended before the CONNACK.</exception>
    /// <exception cref="SignInRefusedException">The answer is no.</exception>
    /// <exception cref="MqttProtocolException">The answer is not MQTT.</exception>
    public static async Task<MqttConnection> OpenAsync(MqttSessionOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"{options.Host}:{options.Port}: {exception.Message}", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new MqttConnection(socket, options);
        try
        {
            await connection.GreetAsync(cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> packets, CancellationToken cancellationToken) =>
        _stream.WriteAsync(packets, cancellationToken);

    /// <exception cref="IOException">The connection has ended.</exception>
    public async ValueTask<MqttPacket> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _arrived.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var packet = MqttDecoder.TryTake(ref buffer, _options.Version, _options.MaximumPacketBytes);
            _arrived.AdvanceTo(buffer.Start, packet is null ? buffer.End : buffer.Start);
            if (packet is not null) return packet;
            if (read.IsCompleted) throw new IOException("The server closed the connection.");
        }
    }

    /// <summary>Ends with a reset, so that what the server had not read yet is gone, as when a cable is cut and the device restarts.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _stream.Dispose();

    async Task GreetAsync(CancellationToken cancellationToken)
    {
        await SendAsync(MqttEncoder.Encode(Connect(), _options.Version), cancellationToken);
        if (await ReceiveAsync(cancellationToken) is not ConnAckPacket greeting)
        {
            throw new MqttProtocolException("The server's first packet is not CONNACK [MQTT-3.2.0-1].");
        }

        if (greeting.ReasonCode != 0)
        {
            var reason = greeting.Properties.Text(MqttPropertyId.ReasonString);
            throw new SignInRefusedException($"The server refused the sign-in with code 0x{greeting.ReasonCode:x2}{(reason is null ? "" : $": {reason}")}.");
        }

        Greeting = greeting;
    }

    ConnectPacket Connect() => new()
    {
        ClientId = _options.ClientId,
        CleanStart = false,
        KeepAliveSeconds = (ushort)_options.KeepAlive.TotalSeconds,
        UserName = _options.Secret is null ? null : _options.ClientId,
        Password = _options.Secret is { } secret ? Encoding.UTF8.GetBytes(secret) : default(ReadOnlyMemory<byte>?),
        Properties =
        [
            new MqttProperty(MqttPropertyId.SessionExpiryInterval) { Number = (uint)_options.SessionExpiry.TotalSeconds },
            new MqttProperty(MqttPropertyId.MaximumPacketSize) { Number = (uint)_options.MaximumPacketBytes },
        ],
    };
}
