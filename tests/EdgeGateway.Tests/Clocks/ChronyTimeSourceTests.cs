using System.Net;
using System.Net.Sockets;
using EdgeGateway.Clocks;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Clocks;

/// <summary>A child process that may say anything, or nothing; and Debian's own chrony, which never touches the clock here.</summary>
public sealed class ChronyTimeSourceTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_chronyc_says_becomes_a_reading()
    {
        var answer = await AskAsync($"[ \"$*\" = '-c tracking' ] || exit 1\necho '{Script.Tracking}'");
        Assert.Equal((13L, 2501L), (answer.Reading!.OffsetMicroseconds, answer.Reading.UncertaintyMicroseconds));
    }

    [Theory]
    [InlineData("echo '506 Cannot talk to daemon'; exit 1", "506 Cannot talk to daemon")]
    [InlineData("printf '%s' 'A29FC87B,162.159'", "did not print one whole line")]
    [InlineData("exit 0", "did not print one whole line")]
    [InlineData("head -c 200 /dev/urandom | tr -d '\\n'; echo", "fields")]
    [InlineData("yes | head -c 100000000", "more than 4096 characters")]
    [InlineData("yes >&2", "more than 4096 characters")]
    [InlineData("sleep 1000", "did not answer within 2 s")]
    public async Task What_it_can_t_use_is_told_and_bounded(string lines, string why)
    {
        var answer = await AskAsync(lines);
        Assert.Null(answer.Reading);
        Assert.Contains(why, answer.Why, StringComparison.Ordinal);
        Assert.True(answer.Why!.Length < 400);
    }

    [Fact]
    public async Task A_program_that_is_not_there_or_can_t_be_run_is_told()
    {
        Assert.Contains("can't be run", (await new ChronyTimeSource(_folder["none"], TimeProvider.System).ReadAsync(CancellationToken.None)).Why, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["text"], "no program");
        Assert.Contains("can't be run", (await new ChronyTimeSource(_folder["text"], TimeProvider.System).ReadAsync(CancellationToken.None)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debians_chrony_that_follows_a_server_is_synchronised_and_one_that_follows_itself_is_not()
    {
        // Both without control of the clock (-x), on loopback, in this folder.
        var port = FreePort();
        using var server = Chronyd("server", $"local stratum 3\nport {port}\nbindaddress 127.0.0.1\nallow 127.0.0.1");
        using var follower = Chronyd("follower", $"server 127.0.0.1 port {port} iburst minpoll -6 maxpoll -6\nport 0");

        var alone = await SettledAsync("server", answer => answer.Why?.Contains("own clock", StringComparison.Ordinal) == true);
        Assert.Null(alone.Reading);
        var led = await SettledAsync("follower", answer => answer.Reading is not null);
        Assert.InRange(led.Reading!.OffsetMicroseconds, -1_000_000, 1_000_000);
        Assert.InRange(led.Reading.UncertaintyMicroseconds, 0, 1_000_000);

        var clock = await GatewayClock.OpenAsync(new ClockOptions { Source = ClockOptions.Chrony, ChronycPath = _folder["chronyc-follower"] }, TimeProvider.System, CancellationToken.None);
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);
        while (clock.Read().State != EdgeGateway.Ledger.ClockState.Synchronised)
        {
            Assert.False(limit.IsCancellationRequested, clock.Quality.WhyNot);
            await clock.PollAsync(CancellationToken.None);
        }

        Assert.Equal("chrony", clock.Read().Source);
        follower.Stop();
        await clock.PollAsync(CancellationToken.None);
        Assert.Equal(("system", EdgeGateway.Ledger.ClockState.Unsynchronised), (clock.Read().Source, clock.Read().State));
    }

    async Task<TimeSourceAnswer> AskAsync(string lines) =>
        await new ChronyTimeSource(Script.Write(_folder["chronyc"], lines), TimeProvider.System).ReadAsync(CancellationToken.None);

    Daemon Chronyd(string name, string configuration)
    {
        var folder = Directory.CreateDirectory(_folder[name]).FullName;

        // chronyd wants the folder of its socket to itself.
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var socket = Path.Combine(folder, "sock");
        File.WriteAllText(Path.Combine(folder, "conf"), $"{configuration}\ncmdport 0\nbindcmdaddress {socket}\npidfile {folder}/pid\n");
        Script.Write(_folder[$"chronyc-{name}"], $"exec chronyc -h {socket} \"$@\"");
        return new Daemon(E2eCommand.Start("/usr/sbin/chronyd", ["-x", "-d", "-U", "-u", Environment.UserName, "-f", Path.Combine(folder, "conf")]));
    }

    async Task<TimeSourceAnswer> SettledAsync(string name, Func<TimeSourceAnswer, bool> settled)
    {
        var source = new ChronyTimeSource(_folder[$"chronyc-{name}"], TimeProvider.System);
        using var limit = new CancellationTokenSource(E2eCommand.Deadline);
        while (true)
        {
            var answer = await source.ReadAsync(limit.Token);
            if (settled(answer)) return answer;
            Assert.False(limit.IsCancellationRequested, $"{name}: {answer.Why}");
        }
    }

    static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    sealed class Daemon(System.Diagnostics.Process process) : IDisposable
    {
        public void Stop()
        {
            process.Kill();
            process.WaitForExit();
        }

        public void Dispose()
        {
            if (!process.HasExited) Stop();
            process.Dispose();
        }
    }
}
