using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Tests.Support;

/// <summary>Debian's broker on a free loopback port, with its sessions on disk so that it can be killed and started again.</summary>
sealed class SimMosquitto : IDisposable
{
    const string Executable = "/usr/sbin/mosquitto";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgegw-mosquitto-");
    Process? _broker;

    public int Port { get; } = FreePort();

    /// <summary>Of its configuration, about who may connect and how.</summary>
    public string Access { get; init; } = "allow_anonymous true";

    /// <param name="access">Lines for <see cref="Access"/>; null for anybody, without TLS.</param>
    public static async Task<SimMosquitto> StartAsync(string? access = null)
    {
        Assert.True(File.Exists(Executable), $"{Executable} is missing: run eng/setup.sh.");
        var mosquitto = access is null ? new SimMosquitto() : new SimMosquitto { Access = access };
        await mosquitto.StartAgainAsync();
        return mosquitto;
    }

    public async Task StartAgainAsync()
    {
        var file = Path.Combine(_folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            listener {Port} 127.0.0.1
            {Access}
            set_tcp_nodelay true
            max_inflight_messages 0
            max_queued_messages 0
            persistence true
            persistence_location {_folder.FullName}/
            autosave_interval 1
            autosave_on_changes true

            """));
        // Run by root, it would give up root for a user that can't write to the folder.
        if (Environment.UserName == "root") await File.AppendAllTextAsync(file, "user root\n");
        _broker = Process.Start(new ProcessStartInfo(Executable, ["-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await IsListeningAsync(timeout.Token)) await Task.Yield();
    }

    public void Kill()
    {
        _broker!.Kill();
        _broker.WaitForExit();
    }

    public void Dispose()
    {
        if (_broker is { HasExited: false }) Kill();
        _broker?.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && !_broker!.HasExited)
        {
            return false;
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
