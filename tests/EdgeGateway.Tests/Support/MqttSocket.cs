using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>A client that does what a test says, right or wrong.</summary>
sealed class MqttSocket : IDisposable
{
    readonly Socket _socket;
    readonly Stream _stream;

    MqttSocket(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    public bool Version5 { get; set; }

    public static async Task<MqttSocket> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, MqttDeadline.Token);
        return new MqttSocket(socket, new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>With TLS, to <see cref="MqttServerCertificate"/>.</summary>
    public static async Task<MqttSocket> OpenTlsAsync(int port, X509Certificate2? certificate)
    {
        var plain = await OpenAsync(port);
        var tls = new SslStream(plain._stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = certificate is null ? null : [certificate],
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=localhost",
        }, MqttDeadline.Token);
        return new MqttSocket(plain._socket, tls);
    }

    public async Task SendAsync(params byte[] bytes) => await _stream.WriteAsync(bytes, MqttDeadline.Token);

    /// <summary>The same, where the broker may close before it has read it all.</summary>
    public async Task TrySendAsync(params byte[] bytes)
    {
        try
        {
            await SendAsync(bytes);
        }
        catch (IOException)
        {
            // That is what a test then looks at.
        }
    }

    public Task PublishAsync(string topic, string payload, int qos = 1, ushort id = 1, bool duplicate = false, byte[]? properties = null) =>
        SendAsync(MqttPackets.Publish(
            topic, Encoding.UTF8.GetBytes(payload), qos, id, duplicate, properties: Version5 ? properties ?? [] : null));

    /// <returns>Null when the broker has closed the connection.</returns>
    public async Task<Received?> ReceiveAsync()
    {
        try
        {
            var first = new byte[1];
            if (await _stream.ReadAsync(first, MqttDeadline.Token) == 0) return null;
            var length = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = new byte[1];
                await _stream.ReadExactlyAsync(next, MqttDeadline.Token);
                length |= (next[0] & 0x7F) << shift;
                if ((next[0] & 0x80) == 0) break;
            }

            var body = new byte[length];
            await _stream.ReadExactlyAsync(body, MqttDeadline.Token);
            return new Received(first[0], body);
        }
        catch (IOException)
        {
            // Reset: closed with bytes unread.
            return null;
        }
    }

    /// <summary>Whether nothing has come that could be read now.</summary>
    public bool IsSilent => _socket.Available == 0;

    /// <summary>Sends until the other side takes no more for a moment; the connection is of no use for sending after that.</summary>
    /// <returns>How many bytes it took.</returns>
    public async Task<long> SendUntilFullAsync(byte[] bytes, long maximum)
    {
        var sent = 0L;
        while (sent < maximum)
        {
            using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                sent += await _socket.SendAsync(bytes, moment.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return sent;
    }

    public void Dispose() => _stream.Dispose();

    public sealed record Received(byte First, byte[] Body)
    {
        public int Type => First >> 4;

        public ushort Id => (ushort)((Body[0] << 8) | Body[1]);

        public override string ToString() => $"{First:x2} {Convert.ToHexStringLower(Body)}";
    }
}
