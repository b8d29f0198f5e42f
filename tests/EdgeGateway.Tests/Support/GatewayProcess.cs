using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Tests.Support;

/// <summary>A running <c>edgegw serve</c>, as whoever installs it would start it.</summary>
sealed partial class GatewayProcess : IAsyncDisposable
{
    const int Terminate = 15;

    readonly Process _process;
    readonly StringBuilder _log = new();
    readonly Task _errors;

    GatewayProcess(Process process)
    {
        _process = process;
        _errors = CollectAsync();
    }

    /// <summary>Of the gateway itself, also where another program started it.</summary>
    public int Pid { get; private set; }

    /// <summary>Of MQTT; 0 where it is off.</summary>
    public int MqttPort { get; private set; }

    public int HttpPort { get; private set; }

    /// <summary>What it printed when it was ready.</summary>
    public JsonElement Ready { get; private set; }

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Bytes of memory that it has in use now.</summary>
    public long ResidentBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{Pid}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts it on free ports, unless the settings give <c>--urls</c>; it is ready only after <see cref="WaitUntilReadyAsync"/>.</summary>
    /// <param name="under">A program and its arguments to start the gateway with, such as strace; empty for none.</param>
    public static GatewayProcess Launch(string data, IReadOnlyList<string> settings, IReadOnlyList<string> under)
    {
        string[] words =
        [
            .. under, "dotnet", E2ePrograms.Edgegw, "serve", "--data", data, "--Mqtt:PlainPort=0", "--Mqtt:TlsPort=off", .. settings,
            .. settings.Contains("--urls") ? Array.Empty<string>() : ["--urls", "http://127.0.0.1:0"],
        ];
        var process = E2eCommand.Start(words[0], words[1..]);
        return new GatewayProcess(process) { Pid = process.Id };
    }

    public async Task WaitUntilReadyAsync()
    {
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        var line = await _process.StandardOutput.ReadLineAsync(timeout.Token);
        if (line is null)
        {
            await _errors;
            Assert.Fail($"The gateway ended before it was ready: {Log}");
        }

        Ready = JsonDocument.Parse(line).RootElement;
        Pid = Ready.GetProperty("pid").GetInt32();
        MqttPort = Port("mqtt");
        HttpPort = Port("http");
    }

    /// <summary>As systemd stops it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, SendSignal(Pid, Terminate));
        return await WaitForExitAsync();
    }

    /// <summary>The same for one that may have stopped already.</summary>
    public void AskToStop() => _ = SendSignal(Pid, Terminate);

    public async Task<int> WaitForExitAsync()
    {
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        await _process.WaitForExitAsync(timeout.Token);
        await _errors;
        return _process.ExitCode;
    }

    /// <summary>kill -9: as a loss of power, except for what the kernel still writes.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Kill();
        await _errors;
        _process.Dispose();
    }

    int Port(string name) => Ready.GetProperty(name) is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : 0;

    async Task CollectAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_log) _log.AppendLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
