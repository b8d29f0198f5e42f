using System.IO.Ports;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Hj212;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Requests from the command line to an instrument on a real pseudo terminal, which the test plays with the simulator's frames.</summary>
public sealed class Hj212RequestTests
{
    const string Mn = "010000A8900016F000169DC0";
    const string Password = "Zq7Kx9";

    [Fact]
    public async Task An_instrument_is_asked_for_its_interval_and_every_step_is_sealed()
    {
        await using var station = await E2eStation.StartedAsync();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        using var port = new SerialPort(station.Beside("device"), 9600);
        port.Open();
        var frames = new Hj212FrameBuffer();
        await port.BaseStream.WriteAsync(Frame("20261120080000001", "2011", "5", "DataTime=20261120080000;a34004-Rtd=50.1"));
        Assert.Equal("9014", (await NextAsync(port, frames))["CN"]);
        await port.BaseStream.WriteAsync(Frame("20261120080000002", "2011", "5", "DataTime=20261120080001;a34004-Rtd=50.1"));
        Assert.Equal("9014", (await NextAsync(port, frames))["CN"]);

        var asking = station.RunAsync("device", "hj212", "analyser-01", "get-realtime-interval", "--json");
        var request = await NextAsync(port, frames);
        Assert.Equal(("1061", Password, Mn, "5"), (request["CN"], request["PW"], request["MN"], request["Flag"]));
        var qn = request["QN"]!;
        await port.BaseStream.WriteAsync(Frame(qn, "9011", "4", "QnRtn=1"));
        await port.BaseStream.WriteAsync(Frame(qn, "1061", "4", "RtdInterval=30"));
        await port.BaseStream.WriteAsync(Frame(qn, "9012", "4", "ExeRtn=1"));

        var asked = await asking;
        Assert.Equal((0, ""), (asked.ExitCode, asked.Error));
        var answer = System.Text.Json.Nodes.JsonNode.Parse(asked.Output)!;
        Assert.Empty(DocsSchema.Of("device-hj212").Errors(answer));
        Assert.Equal("done", answer["state"]!.GetValue<string>());
        Assert.Equal("""[{"name":"RtdInterval","value":"30"}]""", answer["values"]!.ToJsonString());
        Assert.Equal(4, answer["entries"]!.AsArray().Count);

        var sealedRequest = await station.RunAsync("evidence", "show", answer["entries"]![0]!.ToJsonString(), "--json");
        Assert.Contains("\"reason\": \"request\"", sealedRequest.Output, StringComparison.Ordinal);
        Assert.Contains("PW=******", sealedRequest.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, asked.Output + sealedRequest.Output, StringComparison.Ordinal);
        Assert.Equal(0, await station.Gateway.StopAsync());
        Assert.DoesNotContain(Password, station.Gateway.Log, StringComparison.Ordinal);
        await station.AssertVerifiesAsync("--objects");

        var stopped = await station.RunAsync("device", "hj212", "analyser-01", "get-time");
        Assert.Equal(1, stopped.ExitCode);
    }

    [Fact]
    public async Task A_split_message_is_shown_joined_with_its_period_and_what_is_missing()
    {
        await using var station = await E2eStation.StartedAsync();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        using var port = new SerialPort(station.Beside("device"), 9600);
        port.Open();
        var frames = new Hj212FrameBuffer();

        await port.BaseStream.WriteAsync(Hj212Vectors.Bytes(Hj212Vectors.SplitFirst));
        Assert.Equal("20160801085857534", (await NextAsync(port, frames))["QN"]);
        var index = (await station.EvidenceAsync()).Single().GetProperty("index").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("[2]", (await MessageAsync())["missing"]!.ToJsonString());

        await port.BaseStream.WriteAsync(Hj212Vectors.Bytes(Hj212Vectors.SplitSecond));
        Assert.Equal("20160801085857535", (await NextAsync(port, frames))["QN"]);
        var message = await MessageAsync();
        Assert.Equal("[]", message["missing"]!.ToJsonString());
        Assert.Equal(15, message["values"]!.AsArray().Count);

        async Task<System.Text.Json.Nodes.JsonNode> MessageAsync()
        {
            var shown = System.Text.Json.Nodes.JsonNode.Parse((await station.RunAsync("evidence", "show", index, "--json")).Output)!;
            Assert.Empty(DocsSchema.Of("evidence-show").Errors(shown));
            Assert.Equal(
                """{"from":"2016-08-01T00:00:00.000000Z","endsBy":"2016-08-01T01:00:00.000000Z","backfill":true}""", shown["parsed"]!["period"]!.ToJsonString());
            return shown["parsed"]!["message"]!;
        }
    }

    [Fact]
    public async Task A_simulated_analyser_that_waits_for_its_next_upload_answers_a_request()
    {
        await using var station = await E2eStation.StartedAsync();
        using var line = await SocatPair.StartAsync(station.Beside("gateway"), station.Beside("device"));
        await station.AskAsync("device", "add", "--id", "analyser-01", "--profile", "hj212-serial", "--line", station.Beside("gateway"), "--mn", Mn);
        using var stop = new CancellationTokenSource();
        var responder = new Hj212Responder(Mn, Password, TimeProvider.System);
        using var exchange = new Hj212Exchange(await SerialLine.OpenAsync(station.Beside("device"), stop.Token), [responder], new SimTranscript(), TimeProvider.System);
        var uploaded = new TaskCompletionSource();
        var instrument = Task.Run(() =>
        {
            foreach (var qn in (string[])["20261120080000001", "20261120080000002"])
            {
                var message = new PlannedMessage("analyser-01", 1, TimeSpan.Zero, "l", Frame(qn, "2011", "5", $"DataTime={qn[..14]};a=1"))
                {
                    Class = MessageClass.Evidence,
                    EventId = qn,
                };
                exchange.Run(message, again: false, TimeSpan.FromSeconds(10), resends: 3, stop.Token);
            }

            uploaded.SetResult();
            while (!stop.IsCancellationRequested) exchange.Listen();
        });
        await uploaded.Task.WaitAsync(E2eCommand.Deadline);

        var set = await station.RunAsync("device", "hj212", "analyser-01", "set-timeout", "--timeout", "5", "--resends", "4");

        Assert.Equal((0, ""), (set.ExitCode, set.Error));
        Assert.Equal(("5", "4"), (responder.Settings["OverTime"], responder.Settings["ReCount"]));
        await stop.CancelAsync();
        await instrument;
    }

    static byte[] Frame(string qn, string command, string flag, string cp) => new Hj212Frame(
        [("QN", qn), ("ST", command.StartsWith("90", StringComparison.Ordinal) ? "91" : "31"), ("CN", command), ("PW", Password), ("MN", Mn), ("Flag", flag)], cp).Encode();

    /// <summary>The gateway sends one frame at a time, so none waits in the buffer.</summary>
    static async Task<Hj212Frame> NextAsync(SerialPort port, Hj212FrameBuffer frames)
    {
        var bytes = new byte[256];
        using var timeout = new CancellationTokenSource(E2eCommand.Deadline);
        while (true)
        {
            var count = await port.BaseStream.ReadAsync(bytes, timeout.Token);
            if (frames.Append(bytes.AsSpan(0, count)) is [var frame, ..]) return frame;
        }
    }
}
