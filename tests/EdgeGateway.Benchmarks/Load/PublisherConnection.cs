using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Benchmarks.Load;

/// <summary>
/// A publisher on a bare socket, MQTT 3.1.1, QoS 1. Packets are written once; only packet id and counter change. As many
/// packets as acknowledgements came in go out in one write, so that it costs the machine little beside the broker.
/// </summary>
sealed class PublisherConnection : IDisposable
{
    const byte PubAck = 0x40;

    readonly Socket _socket;
    readonly byte[] _packet;
    readonly int _packetIdAt;
    readonly int _counterAt;
    readonly byte[] _output;
    readonly byte[] _input = new byte[16 * 1024];
    readonly long[] _sentAt;
    long _counter;
    int _held;

    PublisherConnection(Socket socket, byte[] packet, int packetIdAt, int counterAt, int window)
    {
        (_socket, _packet, _packetIdAt, _counterAt) = (socket, packet, packetIdAt, counterAt);
        _output = new byte[packet.Length * window];
        _sentAt = new long[window + 1];
    }

    /// <summary>Connects and signs in.</summary>
    /// <exception cref="LoadFailedException">The broker refused.</exception>
    public static async Task<PublisherConnection> OpenAsync(
        string host, int port, PublisherIdentity identity, LoadPlan plan, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            await socket.SendAsync(Connect(identity), cancellationToken);
            var answer = new byte[4];
            for (var count = 0; count < answer.Length;)
            {
                var received = await socket.ReceiveAsync(answer.AsMemory(count), cancellationToken);
                if (received == 0) throw new LoadFailedException($"{identity.ClientId}: the broker closed before its CONNACK");
                count += received;
            }

            if (answer is not [0x20, 0x02, _, 0x00]) throw new LoadFailedException($"{identity.ClientId}: CONNACK {Convert.ToHexString(answer)}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var packet = Publish(identity, plan.PayloadBytes, out var packetIdAt, out var counterAt);
        return new PublisherConnection(socket, packet, packetIdAt, counterAt, plan.Window);
    }

    /// <summary>Writes one message under each of the packet ids, which begin at 1.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<ushort> packetIds, CancellationToken cancellationToken)
    {
        var now = Stopwatch.GetTimestamp();
        var length = 0;
        foreach (var packetId in packetIds.Span)
        {
            var packet = _output.AsSpan(length, _packet.Length);
            _packet.CopyTo(packet);
            BinaryPrimitives.WriteUInt16BigEndian(packet[_packetIdAt..], packetId);
            EventPayload.Patch(packet[_counterAt..], ++_counter);
            _sentAt[packetId] = now;
            length += _packet.Length;
        }

        for (var sent = 0; sent < length;)
        {
            sent += await _socket.SendAsync(_output.AsMemory(sent, length - sent), cancellationToken);
        }
    }

    /// <summary>Waits for acknowledgements and returns how many ids it put into <paramref name="packetIds"/>; 0 at the end.</summary>
    /// <exception cref="LoadFailedException">Something else than PUBACK came.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<ushort> packetIds, CancellationToken cancellationToken)
    {
        var received = await _socket.ReceiveAsync(_input.AsMemory(_held, 4 * packetIds.Length), cancellationToken);
        if (received == 0) return 0;
        var end = _held + received;
        var count = 0;
        var at = 0;
        for (; at + 4 <= end; at += 4)
        {
            if (_input[at] != PubAck || _input[at + 1] != 2) throw new LoadFailedException($"not a PUBACK: {Convert.ToHexString(_input.AsSpan(at, 4))}");
            packetIds.Span[count++] = BinaryPrimitives.ReadUInt16BigEndian(_input.AsSpan(at + 2));
        }

        _input.AsSpan(at, end - at).CopyTo(_input);
        _held = end - at;
        return count > 0 ? count : await ReceiveAsync(packetIds, cancellationToken);
    }

    public TimeSpan Age(ushort packetId) => Stopwatch.GetElapsedTime(_sentAt[packetId]);

    public void Dispose() => _socket.Dispose();

    static byte[] Connect(PublisherIdentity identity)
    {
        var body = new MemoryStream();
        body.Write([0, 4, .. "MQTT"u8, 4, (byte)(identity.Secret is null ? 0x02 : 0xC2), 0, 0]);
        WriteText(body, identity.ClientId);
        if (identity.Secret is not null)
        {
            WriteText(body, identity.ClientId);
            WriteText(body, identity.Secret);
        }

        return [0x10, .. RemainingLength((int)body.Length), .. body.ToArray()];
    }

    static byte[] Publish(PublisherIdentity identity, int payloadBytes, out int packetIdAt, out int counterAt)
    {
        // Two runs against the same data directory must not look like one sent again.
        var payload = EventPayload.Create($"{identity.ClientId}-{Guid.NewGuid():N}", payloadBytes, out counterAt);
        var topic = Encoding.UTF8.GetBytes(identity.Topic);
        var header = new byte[] { 0x32 }.Concat(RemainingLength(2 + topic.Length + 2 + payload.Length)).ToArray();
        packetIdAt = header.Length + 2 + topic.Length;
        counterAt += packetIdAt + 2;
        return [.. header, (byte)(topic.Length >> 8), (byte)topic.Length, .. topic, 0, 0, .. payload];
    }

    static void WriteText(MemoryStream body, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        body.Write([(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
    }

    static List<byte> RemainingLength(int length)
    {
        var bytes = new List<byte>();
        do
        {
            var digit = (byte)(length & 0x7F);
            length >>= 7;
            bytes.Add(length > 0 ? (byte)(digit | 0x80) : digit);
        }
        while (length > 0);
        return bytes;
    }
}

/// <summary>A measurement could not be made.</summary>
sealed class LoadFailedException(string message) : Exception(message);
