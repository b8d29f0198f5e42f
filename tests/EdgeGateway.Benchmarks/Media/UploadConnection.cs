using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EdgeGateway.Benchmarks.Load;

namespace EdgeGateway.Benchmarks.Media;

/// <summary>A device on a bare socket, MQTT 3.1.1, QoS 1, that sends one file in chunks and waits for its receipt.</summary>
sealed class UploadConnection : IDisposable
{
    const int Window = 128;

    readonly NetworkStream _stream;
    readonly SemaphoreSlim _places = new(Window, Window);

    UploadConnection(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    public static async Task<UploadConnection> OpenAsync(int port, PublisherIdentity identity, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, stop);
        var connection = new UploadConnection(socket);
        await connection.SendAsync(0x10, [0, 4, .. "MQTT"u8, 4, 0xC2, 0, 0, .. Text(identity.ClientId), .. Text(identity.ClientId), .. Text(identity.Secret!)], stop);

        // Before the sign-in the gateway takes short packets only.
        var (type, answer) = await ReadAsync(connection._stream, stop);
        if (type != 0x20 || answer[1] != 0) throw new LoadFailedException($"CONNACK {Convert.ToHexString(answer)}");
        await connection.SendAsync(0x82, [0xFF, 0xFF, .. Text($"edgegw/v1/{identity.ClientId}/receipt/+"), 0], stop);
        return connection;
    }

    /// <summary>From the manifest to the receipt.</summary>
    /// <exception cref="LoadFailedException">The gateway refused something, or closed.</exception>
    public async Task UploadAsync(string device, string upload, string file, string sha256, int chunkBytes, CancellationToken stop)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new { size = content.Length, chunkSize = chunkBytes, sha256, contentType = "application/octet-stream" });
        var receipt = ReceiveAsync(stop);
        await PublishAsync($"edgegw/v1/{device}/media/{upload}/manifest", ushort.MaxValue - 1, manifest, stop);
        var sending = SendChunksAsync(device, upload, content, chunkBytes, stop);
        await receipt;
        await sending;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _places.Dispose();
    }

    async Task SendChunksAsync(string device, string upload, FileStream content, int chunkBytes, CancellationToken stop)
    {
        var buffer = new byte[chunkBytes];
        for (var number = 0; ; number++)
        {
            var count = await content.ReadAtLeastAsync(buffer, chunkBytes, throwOnEndOfStream: false, stop);
            if (count == 0) return;
            await PublishAsync(
                string.Create(CultureInfo.InvariantCulture, $"edgegw/v1/{device}/media/{upload}/chunk/{number}"), (ushort)((number % 60_000) + 1), buffer.AsMemory(0, count), stop);
        }
    }

    async Task PublishAsync(string topic, ushort id, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        byte[] head = [.. Text(topic), (byte)(id >> 8), (byte)(id & 0xFF)];
        await _stream.WriteAsync((byte[])[0x32, .. Length(head.Length + payload.Length), .. head], stop);
        await _stream.WriteAsync(payload, stop);
    }

    /// <summary>Reads until the receipt that says sealed.</summary>
    async Task ReceiveAsync(CancellationToken stop)
    {
        await using var input = new BufferedStream(_stream, 16 * 1024);
        while (true)
        {
            var (type, body) = await ReadAsync(input, stop);
            if (type == 0x40) _places.Release();
            if (type != 0x30) continue;
            using var told = JsonDocument.Parse(body.AsMemory(2 + ((body[0] << 8) | body[1])));
            if (told.RootElement.TryGetProperty("index", out _)) return;
            if (told.RootElement.TryGetProperty("rejected", out _)) throw new LoadFailedException(told.RootElement.GetRawText());
        }
    }

    static async Task<(int Type, byte[] Body)> ReadAsync(Stream input, CancellationToken stop)
    {
        var one = new byte[1];
        await input.ReadExactlyAsync(one, stop);
        var type = one[0];
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            await input.ReadExactlyAsync(one, stop);
            length |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0) break;
        }

        var body = new byte[length];
        await input.ReadExactlyAsync(body, stop);
        return (type & 0xF0, body);
    }

    Task SendAsync(byte first, byte[] body, CancellationToken stop) => _stream.WriteAsync((byte[])[first, .. Length(body.Length), .. body], stop).AsTask();

    static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)(bytes.Length & 0xFF), .. bytes];
    }

    static List<byte> Length(int length)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return bytes;
    }
}
