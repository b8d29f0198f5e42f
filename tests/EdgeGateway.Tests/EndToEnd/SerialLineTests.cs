using System.IO.Ports;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>An HJ 212 analyser on a real pseudo terminal. Its frames are the simulator's, which shares nothing with the product.</summary>
public sealed class SerialLineTests
{
    const string Mn = "010000A8900016F000169DC0";
    const string Password = "Zq7Kx9";

    [Fact]
    public async Task A_frame_is_answered_once_it_is_sealed_and_its_password_is_never_shown()
    {
        await using var station = await E2eStation.StartedAsync();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));

        // The gateway runs already: the line is opened because a device is on it now.
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        using var port = new SerialPort(station.Beside("device"), 9600);
        port.Open();

        var first = Frame("20261120080000001", "5", "DataTime=20261120080000;a34004-Rtd=50.1,a34004-Flag=N");
        await port.BaseStream.WriteAsync(first);
        Assert.Equal(Answer("20261120080000001"), await ReadAsync(port, Answer("20261120080000001").Length));

        // A wrong checksum is not answered, so the next bytes are the answer to the frame behind it.
        var damaged = Frame("20261120080005002", "5", "DataTime=20261120080005;a34004-Rtd=50.2,a34004-Flag=N");
        damaged[^3] = (byte)(damaged[^3] == '0' ? '1' : '0');
        var last = Frame("20261120080010003", "5", "DataTime=20261120080010;a34004-Rtd=50.3,a34004-Flag=N");
        await port.BaseStream.WriteAsync((byte[])[.. damaged, .. last]);
        Assert.Equal(Answer("20261120080010003"), await ReadAsync(port, Answer("20261120080010003").Length));
        Assert.Equal(0, port.BytesToRead);

        var items = await station.EvidenceAsync("--device", "analyser-01");
        Assert.Equal(["evidence", "quarantine", "evidence"], items.Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal("crc-mismatch", items[1].GetProperty("reason").GetString());
        Assert.Equal("realtime", items[0].GetProperty("message").GetString());
        Assert.Equal("2026-11-20T00:00:00.000000Z", items[0].GetProperty("capturedAt").GetString());
        Assert.Equal("serial", items[0].GetProperty("wire").GetString());
        foreach (var (item, frame) in items.Zip([first, damaged, last])) await AssertShownAsync(station, item.GetProperty("index").GetInt64(), frame);

        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.DoesNotContain(Password, station.Gateway.Log, StringComparison.Ordinal);
        await station.AssertVerifiesAsync("--objects");
    }

    [Fact]
    public async Task A_line_is_heard_from_the_start_and_a_second_device_on_it_is_told_apart_by_its_number()
    {
        const string otherMn = "010000A8900016F000169DC1";
        await using var station = new E2eStation();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        await station.StartAsync();
        await station.AskAsync("device", "add", "--id", "analyser-02", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", otherMn);
        using var port = new SerialPort(station.Beside("device"), 9600);
        port.Open();

        await port.BaseStream.WriteAsync(Frame("20261120080000001", "5", "DataTime=20261120080000;a34004-Rtd=1"));
        Assert.Equal(Answer("20261120080000001"), await ReadAsync(port, Answer("20261120080000001").Length));
        await port.BaseStream.WriteAsync(Frame("20261120080000001", "5", "DataTime=20261120080000;a34004-Rtd=1", otherMn));
        Assert.Equal(Answer("20261120080000001", otherMn), await ReadAsync(port, Answer("20261120080000001").Length));

        Assert.Equal(["analyser-01", "analyser-02"], (await station.EvidenceAsync()).Select(item => item.GetProperty("device").GetString()));
    }

    static async Task AssertShownAsync(E2eStation station, long index, byte[] frame)
    {
        var number = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (string[] form in (string[][])[[], ["--json"]])
        {
            var shown = await station.RunAsync(["evidence", "show", number, .. form]);
            Assert.Equal(0, shown.ExitCode);
            Assert.Contains("PW", shown.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, shown.Output + shown.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(frame)[..32], shown.Output, StringComparison.Ordinal);
        }

        var raw = station.Beside($"raw-{number}");
        var copied = await station.RunAsync("evidence", "show", number, "--raw", raw, "--json");
        Assert.Equal(0, copied.ExitCode);
        Assert.DoesNotContain(Password, copied.Output, StringComparison.Ordinal);
        Assert.Equal(frame, await File.ReadAllBytesAsync(raw));
    }

    static byte[] Frame(string qn, string flag, string cp, string mn = Mn) =>
        new Hj212Frame([("QN", qn), ("ST", "31"), ("CN", "2011"), ("PW", Password), ("MN", mn), ("Flag", flag)], cp).Encode();

    /// <summary>HJ 212-2017 section 6.6: command 9014 with the QN, password and MN of the frame that it answers.</summary>
    static byte[] Answer(string qn, string mn = Mn) =>
        new Hj212Frame([("QN", qn), ("ST", "91"), ("CN", "9014"), ("PW", Password), ("MN", mn), ("Flag", "4")], "").Encode();

    static async Task<byte[]> ReadAsync(SerialPort port, int count)
    {
        var bytes = new byte[count];
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        await port.BaseStream.ReadExactlyAsync(bytes, timeout.Token);
        return bytes;
    }
}
