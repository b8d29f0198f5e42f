using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EdgeGateway.Simulators.Mqtt;

namespace EdgeGateway.Tests.Support;

/// <summary>A listener on loopback that says to one client after another just what a test tells it to.</summary>
sealed class SimScriptedBroker : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly MqttVersion _version;

    public SimScriptedBroker(MqttVersion version)
    {
        _version = version;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The next client, greeted.</summary>
    public async Task<Client> AcceptAsync(bool sessionPresent = false, byte reasonCode = 0, params MqttProperty[] properties)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var client = new Client(await _listener.AcceptSocketAsync(timeout.Token), _version);
        client.Connect = await client.ReadAsync<ConnectPacket>();
        await client.WriteAsync(new ConnAckPacket(sessionPresent, reasonCode) { Properties = properties });
        return client;
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>One connection, from the server's side.</summary>
    public sealed class Client(Socket socket, MqttVersion version) : IDisposable
    {
        readonly NetworkStream _stream = new(socket, ownsSocket: true);
        PipeReader? _reader;

        public ConnectPacket? Connect { get; set; }

        public async Task<T> ReadAsync<T>()
            where T : MqttPacket
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            _reader ??= PipeReader.Create(_stream);
            while (true)
            {
                var read = await _reader.ReadAsync(timeout.Token);
                var buffer = read.Buffer;
                var packet = MqttDecoder.TryTake(ref buffer, version, 1024 * 1024);
                _reader.AdvanceTo(buffer.Start, packet is null ? buffer.End : buffer.Start);
                if (packet is not null) return Assert.IsType<T>(packet);
                Assert.False(read.IsCompleted, $"The client closed before its {typeof(T).Name}.");
            }
        }

        /// <summary>How many bytes come, outside whole packets, before the client closes or resets.</summary>
        public async Task<long> ReadToEndAsync()
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            _reader ??= PipeReader.Create(_stream);
            try
            {
                while (true)
                {
                    var read = await _reader.ReadAsync(timeout.Token);
                    if (read.IsCompleted) return read.Buffer.Length;
                    _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }
            }
            catch (IOException)
            {
                return -1;
            }
        }

        public async Task WriteAsync(MqttPacket packet) => await _stream.WriteAsync(MqttEncoder.Encode(packet, version));

        public Task AcknowledgeAsync(ushort packetId, byte reasonCode = 0, params MqttProperty[] properties) =>
            WriteAsync(new AcknowledgementPacket(MqttPacketType.PubAck, packetId) { ReasonCode = reasonCode, Properties = properties });

        public void Dispose() => _stream.Dispose();
    }
}
