using System.Diagnostics;
using System.IO.Ports;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>A receiver on a real pseudo terminal, and Debian's gpsd reading the same bytes on another.</summary>
public sealed class GnssReceiverTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_device_whose_frames_name_none_is_alone_on_its_line_whichever_was_there_first()
    {
        await using var station = new E2eStation();
        await AddAsync("gps-1", "nmea-time", "/dev/serial/by-id/one");
        await AddAsync("meter-1", "hj212-serial", "/dev/serial/by-id/two", "--mn", "010000A8900016F000169DC0");
        await AddAsync("meter-2", "hj212-serial", "/dev/serial/by-id/two", "--mn", "010000A8900016F000169DC1");

        await RefusedAsync("gps-1", "gps-2", "nmea-time", "/dev/serial/by-id/one");
        await RefusedAsync("gps-1", "meter-3", "hj212-serial", "/dev/serial/by-id/one", "--mn", "010000A8900016F000169DC2");
        await RefusedAsync("meter-1", "gps-3", "nmea-time", "/dev/serial/by-id/two");
        Assert.Equal(3, (await station.AskAsync("device", "list")).GetArrayLength());

        Task AddAsync(string id, string profile, string line, params string[] more) => station.AskAsync(["device", "add", "--id", id, "--profile", profile, "--line", line, .. more]);

        async Task RefusedAsync(string neighbour, string id, string profile, string line, params string[] more)
        {
            var refused = await station.RunAsync(["device", "add", "--id", id, "--profile", profile, "--line", line, .. more]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"Line '{line}' has device '{neighbour}' already, and frames of profile 'nmea-time'", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_time_that_is_read_is_the_one_that_gpsd_reads()
    {
        using var ours = await SocatPair.StartAsync(_folder["gateway"], _folder["receiver"]);
        using var theirs = await SocatPair.StartAsync(_folder["gpsd"], _folder["copy"]);
        var profile = ProfileCatalog.ReadFile(Path.Combine(ProfileSchema.Directory, "nmea-time.yaml")).Profile!;
        await using var wire = await SerialTestWire.StartAsync(new SerialTestDirectory(SerialTestDirectory.Analyser("receiver-1", line: _folder["gateway"], profile: profile)));
        using var gpsd = await Gpsd.StartAsync(_folder["gpsd"]);
        using var receiver = new SerialPort(_folder["receiver"], 9600);
        using var copy = new SerialPort(_folder["copy"], 9600);
        receiver.Open();
        copy.Open();

        var start = DateTimeOffset.UtcNow;
        start = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerSecond));
        for (var second = 0; second < 5; second++)
        {
            var at = start.AddSeconds(second);
            byte[] bytes = [.. NmeaText.Rmc(at, talker: "BD"), .. NmeaText.Gga(at), .. NmeaText.Zda(at)];
            await receiver.BaseStream.WriteAsync(bytes, SerialDeadline.Token);
            await copy.BaseStream.WriteAsync(bytes, SerialDeadline.Token);

            Assert.Equal(at, await gpsd.NextTimeAsync(at));
        }

        // Of each second the RMC and the ZDA; the first of either is sealed, the others are counted.
        while (wire.Sealer.Gnss.All.Count < 10) await wire.Sealer.ObservedAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(number => (DateTimeOffset?)start.AddSeconds(number / 2)), wire.Sealer.Gnss.All);
        Assert.Equal(start, (await wire.Sealer.NextAsync()).Arrival!.Interpretation.CapturedAtUtc);
    }

    [Fact]
    public async Task The_clock_of_a_gateway_is_told_by_a_receiver_on_its_line()
    {
        await using var station = await E2eStation.StartedAsync("--Clock:Source=gnss", "--Clock:PollInterval=00:00:01");
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("receiver"));
        await station.AskAsync("device", "add", "--id", "receiver-01", "--profile", "nmea-time", "--line", station.Beside("gateway"));
        using var receiver = new SerialPort(station.Beside("receiver"), 9600);
        receiver.Open();
        Assert.Equal("system", (await station.AskAsync("clock", "status")).GetProperty("source").GetString());

        using var limit = new CancellationTokenSource(E2eCommand.Deadline);
        JsonElement status;
        do
        {
            Assert.False(limit.IsCancellationRequested, station.Gateway.Log);
            await receiver.BaseStream.WriteAsync(NmeaText.Rmc(DateTimeOffset.UtcNow.AddMilliseconds(-100)), limit.Token);
            status = await station.AskAsync("clock", "status");
        }
        while (status.GetProperty("source").GetString() != "gnss");

        Assert.Equal(("synchronised", 500_000), (status.GetProperty("state").GetString(), status.GetProperty("uncertaintyUs").GetInt64()));
        var item = (await station.EvidenceAsync("--device", "receiver-01"))[0];
        Assert.Equal("time", item.GetProperty("message").GetString());
        await station.AssertVerifiesAsync("--objects");
    }

    sealed class Gpsd : IDisposable
    {
        readonly Process _daemon;
        readonly Process _pipe;

        Gpsd(Process daemon, Process pipe)
        {
            _daemon = daemon;
            _pipe = pipe;
        }

        public static async Task<Gpsd> StartAsync(string terminal)
        {
            // -b: it never writes to the receiver.
            var port = FreePort();
            var daemon = Start("/usr/sbin/gpsd", "-N", "-n", "-b", "-S", port, terminal);
            var deadline = SerialDeadline.Token;
            while (true)
            {
                var pipe = Start("gpspipe", "-w", $"127.0.0.1:{port}");
                while (await pipe.StandardOutput.ReadLineAsync(deadline) is { } line)
                {
                    if (line.Contains("\"WATCH\"", StringComparison.Ordinal)) return new Gpsd(daemon, pipe);
                }

                pipe.Dispose();
            }
        }

        /// <summary>The time of its next fix from this second on.</summary>
        public async Task<DateTimeOffset> NextTimeAsync(DateTimeOffset from)
        {
            while (await _pipe.StandardOutput.ReadLineAsync(SerialDeadline.Token) is { } line)
            {
                var json = JsonDocument.Parse(line).RootElement;
                if (json.GetProperty("class").GetString() == "TPV" && json.TryGetProperty("time", out var time) && time.GetDateTimeOffset() >= from) return time.GetDateTimeOffset();
            }

            throw new InvalidOperationException("gpspipe ended.");
        }

        public void Dispose()
        {
            foreach (var process in (Process[])[_pipe, _daemon])
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }

        static Process Start(string program, params string[] arguments) =>
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

        static string FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
