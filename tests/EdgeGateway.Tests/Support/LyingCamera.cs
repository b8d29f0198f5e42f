using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>An RTSP server that answers each request with what the test gives it, and a place elsewhere that it leads to.</summary>
sealed class LyingCamera : IDisposable
{
    readonly TcpListener _camera = new(IPAddress.Loopback, 0);
    readonly TcpListener _elsewhere = new(IPAddress.Loopback, 0);
    readonly string[] _answers;

    /// <param name="answers">In their order; <c>LOCATION</c> stands for the address elsewhere.</param>
    public LyingCamera(params string[] answers)
    {
        _answers = answers;
        _camera.Start();
        _elsewhere.Start();
    }

    public IPEndPoint Address => (IPEndPoint)_camera.LocalEndpoint;

    /// <summary>Whether somebody came to the place elsewhere.</summary>
    public bool WasFollowed => _elsewhere.Pending();

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync()
    {
        using var client = await _camera.AcceptTcpClientAsync(SerialDeadline.Token);
        using var stream = client.GetStream();
        using var asked = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        try
        {
            foreach (var answer in _answers)
            {
                while (await asked.ReadLineAsync(SerialDeadline.Token) is { Length: > 0 })
                {
                    // To the empty line that ends a request.
                }

                var location = $"rtsp://127.0.0.1:{((IPEndPoint)_elsewhere.LocalEndpoint).Port}/elsewhere";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Replace("LOCATION", location, StringComparison.Ordinal)), SerialDeadline.Token);
            }

            await asked.ReadToEndAsync(SerialDeadline.Token);
        }
        catch (IOException)
        {
            // It has hung up.
        }
    }

    public void Dispose()
    {
        _camera.Dispose();
        _elsewhere.Dispose();
    }
}
