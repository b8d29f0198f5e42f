using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Video;

/// <summary>
/// One connection from ffmpeg on this machine to one camera: what ffmpeg is told to connect to, so that whatever a camera or a name says, it
/// reaches nothing else.
/// </summary>
sealed class RtspRelay : IDisposable
{
    static readonly TimeSpan ConnectWait = TimeSpan.FromSeconds(10);
    const int BufferBytes = 64 * 1024;

    readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    readonly IPEndPoint _camera;
    readonly TimeProvider _time;

    public RtspRelay(IPEndPoint camera, TimeProvider time)
    {
        (_camera, _time) = (camera, time);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>Serves one connection to its end.</summary>
    /// <exception cref="IOException">The camera can't be reached, or sent what may not pass.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            using var wait = new CancellationTokenSource(ConnectWait, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, stopping);
            using var client = await _listener.AcceptAsync(either.Token);
            _listener.Close();
            using var camera = new Socket(_camera.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await camera.ConnectAsync(_camera, either.Token);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            var asking = CopyAsync(client, camera, null, ended.Token);
            var answering = CopyAsync(camera, client, new RtspGuard(), ended.Token);
            await await Task.WhenAny(asking, answering);
            await ended.CancelAsync();
            await Task.WhenAll(asking, answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (SocketException e)
        {
            throw new IOException($"The camera at {_camera} can't be reached: {e.Message}.", e);
        }
        catch (OperationCanceledException e) when (!stopping.IsCancellationRequested)
        {
            throw new IOException($"The camera at {_camera} does not answer.", e);
        }
    }

    public void Dispose() => _listener.Dispose();

    static async Task CopyAsync(Socket from, Socket to, RtspGuard? guard, CancellationToken ended)
    {
        var buffer = new byte[BufferBytes];
        var passed = new List<byte>(BufferBytes);
        while (await from.ReceiveAsync(buffer, ended) is var count and > 0)
        {
            if (guard is null)
            {
                await SendAsync(to, buffer.AsMemory(0, count), ended);
                continue;
            }

            passed.Clear();
            guard.Take(buffer.AsSpan(0, count), passed);
            if (passed.Count > 0) await SendAsync(to, passed.ToArray(), ended);
        }
    }

    static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken ended)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, ended)..];
    }
}
