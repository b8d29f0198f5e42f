using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeGateway.Cli;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Web;

namespace EdgeGateway.Checks;

/// <summary>
/// Looks at everything a gateway needs, before it is started or while it runs, and changes nothing: settings, profiles,
/// keys, ledger, disk, clock, ports, the programs it calls. What this version does not have is said so.
/// </summary>
static class GatewayCheck
{
    public static IEnumerable<CheckResult> Run(CommandLine line, TimeProvider time)
    {
        GatewaySettings? settings = null;
        CheckResult? wrong = null;
        try
        {
            settings = GatewaySettings.Read(line.Configuration);
        }
        catch (GatewayException e)
        {
            wrong = CheckResult.Bad("settings", e.Message);
        }

        yield return wrong ?? CheckResult.Good("settings", "all settings are known and in range");
        if (settings is null) yield break;

        var running = IsRunning(line.Data);
        yield return running ? CheckResult.Good("gateway", "a gateway runs on this data directory") : CheckResult.Note("gateway", "no gateway runs on this data directory");
        yield return Profiles(settings.Gateway.Profiles);
        yield return Keys(line.Data);
        if (RecoveryKeys(line.Data) is { Count: > 0 } lying)
        {
            yield return CheckResult.Bad("recovery", $"the recovery key lies in '{string.Join("', '", lying)}': print it on paper, keep that away from this machine, and delete the file");
        }

        yield return TheLedger(line.Data);
        if (File.Exists(Path.Combine(line.Data, "ledger", "state")) && !File.Exists(Path.Combine(line.Data, "accounts.db")))
        {
            yield return CheckResult.Bad("accounts", $"'{Path.Combine(line.Data, "accounts.db")}' is missing: no MQTT device can sign in; restore it, or give each a new secret with 'edgegw device credential ID'");
        }

        yield return Disk(line.Data, settings.Ledger.ReserveBytes);
        foreach (var result in WitnessCheck.Run(line.Data, settings)) yield return result;
        yield return ClockCheck.Run(line.Data, settings.Clock, time);
        yield return Port(line.Configuration, running);
        yield return Program("ffmpeg", "media is not looked into in this version; the bench scenario makes its pictures with it", "ffmpeg");
        yield return CheckResult.Note("containment", "no file from a device is opened by another program in this version, so bubblewrap is not needed yet");
    }

    static bool IsRunning(string data)
    {
        var path = LocalSocket.PathIn(data);
        if (!File.Exists(path)) return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static CheckResult Profiles(string directory)
    {
        var reading = ProfileCatalog.Load(directory);
        return reading.Errors.Count == 0
            ? CheckResult.Good("profiles", $"{reading.Catalog.All.Count()} in '{directory}': {string.Join(", ", reading.Catalog.All.Select(profile => profile.Id))}")
            : CheckResult.Bad("profiles", string.Join("; ", reading.Errors));
    }

    /// <summary>Also those of ledgers that were made here before.</summary>
    static List<string> RecoveryKeys(string data)
    {
        var path = LedgerKeys.RecoveryPath(data);
        var keys = Path.GetDirectoryName(path)!;
        return Directory.Exists(keys) ? [.. Directory.GetFiles(keys, Path.GetFileName(path) + "*").Order(StringComparer.Ordinal)] : [];
    }

    static CheckResult Keys(string data)
    {
        var path = LedgerKeys.SecretPath(data);
        if (!File.Exists(path))
        {
            return File.Exists(Path.Combine(data, "ledger", "state"))
                ? CheckResult.Bad("keys", $"'{path}' is missing: put it back, or this ledger can't be continued")
                : CheckResult.Note("keys", "none yet: 'edgegw init' makes them and shows the recovery key once");
        }

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(path) & others) != 0) return CheckResult.Bad("keys", $"'{path}' can be read by others: chmod 600 '{path}'");
        try
        {
            return CheckResult.Good("keys", $"the ledger's key is {LedgerKeys.Read(data).Verifier}");
        }
        catch (LedgerCorruptException e)
        {
            return CheckResult.Bad("keys", e.Message);
        }
    }

    static CheckResult TheLedger(string data)
    {
        if (!File.Exists(Path.Combine(data, "ledger", "state"))) return CheckResult.Note("ledger", "none yet: 'edgegw init' or the first start makes it");
        var tail = LedgerTail.Inspect(data);
        return tail.Fault is { } fault
            ? CheckResult.Bad("ledger", fault.Sentence)
            : CheckResult.Good("ledger", $"{tail.Size} entries; its log and state hold ('edgegw ledger verify' checks every entry)");
    }

    static CheckResult Disk(string data, long reserve)
    {
        var directory = Path.GetFullPath(data);
        while (!Directory.Exists(directory)) directory = Path.GetDirectoryName(directory)!;
        var free = new DriveInfo(directory).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB free, {reserve / 1e9:0.0} GB kept in reserve");
        return free < reserve ? CheckResult.Bad("disk", $"{text}: nothing would be sealed; free some space")
            : free < 4 * reserve ? CheckResult.Note("disk", $"{text}: soon full")
            : CheckResult.Good("disk", text);
    }

    static CheckResult Port(IConfiguration configuration, bool running)
    {
        var text = configuration["Mqtt:PlainPort"] ?? new MqttOptions().PlainPort;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return CheckResult.Good("ports", $"MQTT: {text}");
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return CheckResult.Good("ports", $"MQTT port {port} on 127.0.0.1 is free");
        }
        catch (SocketException) when (running)
        {
            return CheckResult.Good("ports", $"MQTT port {port} on 127.0.0.1 is in use, as it should be while the gateway runs");
        }
        catch (SocketException)
        {
            return CheckResult.Bad("ports", $"MQTT port {port} on 127.0.0.1 is taken by another program: stop that one, or choose another with --Mqtt:PlainPort=PORT");
        }
    }

    static CheckResult Program(string name, string purpose, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return found is null ? CheckResult.Note(name, $"not installed ({purpose}): apt-get install {package}") : CheckResult.Good(name, $"{found} ({purpose})");
    }
}
