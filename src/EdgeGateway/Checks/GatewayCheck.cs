using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Containment;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Evidence;
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
    /// <param name="ports">What the running gateway listens on, as its status has it; null where none runs or it could not be asked.</param>
    public static IEnumerable<CheckResult> Run(CommandLine line, JsonObject? ports, TimeProvider time)
    {
        GatewaySettings? settings = null;
        CheckResult? wrong = null;
        try
        {
            settings = GatewaySettings.Read(line.Configuration);
        }
        catch (GatewayException e)
        {
            // A line for each thing, also where it has several sentences.
            wrong = CheckResult.Bad("settings", e.Message.Replace('\n', ' '));
        }

        yield return wrong ?? CheckResult.Good("settings", CheckResult.Text("settings.good"));
        if (settings is null) yield break;

        if (line.Differences.Count > 0) yield return CheckResult.Note("settings", string.Join(' ', line.Differences));
        var running = IsRunning(line.Data);
        yield return running ? CheckResult.Good("gateway", CheckResult.Text("gateway.running")) : CheckResult.Note("gateway", CheckResult.Text("gateway.stopped"));
        yield return Profiles(settings.Gateway.Profiles, line.Started);
        yield return Keys(line.Data);
        if (RecoveryKeys(line.Data) is { Count: > 0 } lying)
        {
            yield return CheckResult.Bad("recovery", CheckResult.Text("recovery.lying", string.Join("', '", lying)));
        }

        yield return TheLedger(line.Data);
        if (File.Exists(Path.Combine(line.Data, "ledger", "state")) && !File.Exists(Path.Combine(line.Data, "accounts.db")))
        {
            yield return CheckResult.Bad("accounts", CheckResult.Text("accounts.missing", Path.Combine(line.Data, "accounts.db")));
        }

        yield return Disk(line.Data, settings.Ledger.ReserveBytes);
        foreach (var result in WitnessCheck.Run(line.Data, settings)) yield return result;
        yield return ClockCheck.Run(line, settings.Clock, time);
        yield return ports is null ? Port(line.Configuration, running) : CheckResult.Good("ports", Bound(ports));
        yield return TlsCheck.Run(line, time);
        yield return Program("ffmpeg", CheckResult.Text("ffmpeg.purpose"), "ffmpeg");
        yield return Sandbox.Missing is { } missing
            ? CheckResult.Note("containment", CheckResult.Text("containment.none", DisplayText.Of(missing)))
            : CheckResult.Good("containment", CheckResult.Text("containment.found"));
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

    static CheckResult Profiles(string directory, LastStart? started)
    {
        var reading = ProfileCatalog.Load(directory);
        if (reading.Errors.Count == 0 && started?.Difference(reading.Catalog) is { } difference) return CheckResult.Note("profiles", difference);
        return reading.Errors.Count == 0
            ? CheckResult.Good("profiles", CheckResult.Text("profiles.good", reading.Catalog.All.Count(), directory, string.Join(", ", reading.Catalog.All.Select(profile => profile.Id))))
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
                ? CheckResult.Bad("keys", CheckResult.Text("keys.missing", path))
                : CheckResult.Note("keys", CheckResult.Text("keys.none"));
        }

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(path) & others) != 0) return CheckResult.Bad("keys", CheckResult.Text("keys.open", path));
        try
        {
            return CheckResult.Good("keys", CheckResult.Text("keys.good", LedgerKeys.Read(data).Verifier));
        }
        catch (LedgerCorruptException e)
        {
            return CheckResult.Bad("keys", e.Message);
        }
    }

    static CheckResult TheLedger(string data)
    {
        if (!File.Exists(Path.Combine(data, "ledger", "state"))) return CheckResult.Note("ledger", CheckResult.Text("ledger.none"));
        var tail = LedgerTail.Inspect(data);
        return tail.Fault is { } fault
            ? CheckResult.Bad("ledger", fault.Sentence)
            : CheckResult.Good("ledger", CheckResult.Text("ledger.good", tail.Size));
    }

    static CheckResult Disk(string data, long reserve)
    {
        var directory = Path.GetFullPath(data);
        while (!Directory.Exists(directory)) directory = Path.GetDirectoryName(directory)!;
        var free = new DriveInfo(directory).AvailableFreeSpace;
        var text = CheckResult.Text("disk.free", free / 1e9, reserve / 1e9);
        return free < reserve ? CheckResult.Bad("disk", CheckResult.Text("disk.full", text))
            : free < 4 * reserve ? CheckResult.Note("disk", CheckResult.Text("disk.soon", text))
            : CheckResult.Good("disk", text);
    }

    static string Bound(JsonObject ports) => CheckResult.Text(
        "ports.bound", PortOf(ports, "mqtt"), PortOf(ports, "mqtts"), string.Join(", ", (ports["urls"] as JsonArray ?? []).Select(url => url!.GetValue<string>())));

    static string PortOf(JsonObject ports, string name) => ports[name]?.GetValue<int>().ToString(CultureInfo.InvariantCulture) ?? "off";

    static CheckResult Port(IConfiguration configuration, bool running)
    {
        var text = configuration["Mqtt:PlainPort"] ?? new MqttOptions().PlainPort;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return CheckResult.Good("ports", CheckResult.Text("ports.set", text));
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return CheckResult.Good("ports", CheckResult.Text("ports.free", port));
        }
        catch (SocketException) when (running)
        {
            return CheckResult.Good("ports", CheckResult.Text("ports.used", port));
        }
        catch (SocketException)
        {
            return CheckResult.Bad("ports", CheckResult.Text("ports.taken", port));
        }
    }

    static CheckResult Program(string name, string purpose, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return found is null ? CheckResult.Note(name, CheckResult.Text("program.none", purpose, package)) : CheckResult.Good(name, CheckResult.Text("program.found", found, purpose));
    }
}
