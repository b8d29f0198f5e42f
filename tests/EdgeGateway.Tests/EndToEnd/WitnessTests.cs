using System.Net;
using System.Text;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Two gateways that witness each other, in two processes.</summary>
public sealed class WitnessTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_gateways_witness_each_other_and_an_old_image_can_sign_no_second_history()
    {
        await using var a = new WitnessStation("a.example");
        await using var b = new WitnessStation("b.example");
        await a.PrepareAsync();
        await b.PrepareAsync();
        await a.MeetAsync(b);
        await b.MeetAsync(a);
        await a.StartAsync();
        await b.StartAsync();

        // Both cosigned, by each other, with the quorum that the policy asks for.
        await a.WaitForAsync(status => status.GetProperty("quorumMet").GetBoolean());
        await b.WaitForAsync(status => status.GetProperty("quorumMet").GetBoolean());
        var status = (await a.Station.AskAsync("ledger", "status")).GetProperty("witness");
        Assert.False(status.GetProperty("selfAttestedOnly").GetBoolean());

        // The proof carries the cosignature, and whoever trusts the other gateway's key sees it.
        var proved = await a.Station.AskAsync("ledger", "prove", "0");
        Assert.Equal(["b.example/witness"], proved.GetProperty("cosignedBy").EnumerateArray().Select(name => name.GetString()));
        Assert.True(TlogProof.TryParse(Encoding.UTF8.GetBytes(proved.GetProperty("proof").GetString()!), out var proof, out var error), error);
        var verdict = proof.Verify(Hash.Parse(proved.GetProperty("leafHash").GetString()!), a.Key, a.Origin, [b.WitnessKey]);
        Assert.True(verdict.IsGood, verdict.Sentence);
        Assert.Contains(verdict.Signatures, signature => signature.Key.Equals(b.WitnessKey));

        // An image of A is taken, A seals and is witnessed further, and then the image is started in its place.
        Assert.Equal(0, await a.Station.Gateway.StopAsync());
        using var image = a.CopyOfData();
        await a.StartAsync();
        var size = await a.SizeAsync();
        await a.Station.AddDeviceAsync("cam-01");
        await a.WaitForAsync(status => status.GetProperty("size").GetInt64() > size);
        Assert.Equal(0, await a.Station.Gateway.StopAsync());
        await a.Station.AssertVerifiesAsync();

        await using var old = new E2eStation { Data = image.Path };
        var checkpoint = File.ReadAllBytes(image["ledger", "checkpoint"]);
        var gateway = old.Launch([.. a.Settings]);
        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.Contains("has seen this ledger's key sign", gateway.Log, StringComparison.Ordinal);
        Assert.Contains("restore --successor", gateway.Log, StringComparison.Ordinal);
        Assert.Equal(checkpoint, File.ReadAllBytes(image["ledger", "checkpoint"]));

        // Nor does a rotation close it with another end than the one that the witness has seen.
        var rotated = await old.RunAsync("ledger", "rotate", "--reason", "x", $"--Witness:Policy={a.Settings.Single(setting => setting.StartsWith("--Witness:Policy=", StringComparison.Ordinal))["--Witness:Policy=".Length..]}");
        Assert.Equal(1, rotated.ExitCode);
        Assert.Contains("has seen this ledger's key sign", rotated.Error, StringComparison.Ordinal);
        Assert.Equal(checkpoint, File.ReadAllBytes(image["ledger", "checkpoint"]));
        Assert.False(Directory.Exists(image["logs"]));
        Assert.False(Directory.Exists(image["rotating"]));

        // Without the witness at its start it begins to sign; the next round finds out and stops it.
        Assert.Equal(0, await b.Station.Gateway.StopAsync());
        gateway = await old.StartAsync([.. a.Settings]);
        await b.StartAsync();
        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.Contains("does not sign a second history", gateway.Log, StringComparison.Ordinal);

        // And B still vouches for the right one only.
        size = await a.SizeAsync();
        await a.StartAsync();
        await a.WaitForAsync(status => status.GetProperty("witnesses")[0].GetProperty("size").GetInt64() > size);
    }

    [Fact]
    public async Task A_witness_that_cannot_keep_what_it_cosigns_says_so_and_gives_no_cosignature()
    {
        await using var tower = new WitnessStation("tower.example");
        await tower.PrepareAsync();
        tower.Witnesses(WitnessKeys.Log.Verifier);
        await tower.StartAsync();
        using var client = new HttpClient { Timeout = Patience };
        var memory = tower.Station.File("witness");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(0, 5)).Status);

        Directory.Move(memory, memory + "-away");
        var (status, text) = await AskAsync(5, 8);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.DoesNotContain("\u2014", text, StringComparison.Ordinal);
        Assert.Contains(memory, tower.Station.Gateway.Log, StringComparison.Ordinal);

        // What it could not keep it has not cosigned: the one before is still the newest.
        Directory.Move(memory + "-away", memory);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(5, 8)).Status);

        async Task<(HttpStatusCode Status, string Text)> AskAsync(int from, int to)
        {
            using var body = new ByteArrayContent(new AddCheckpointRequest(from, WitnessKeys.Proof(from, to), WitnessKeys.Signed(WitnessKeys.Checkpoint(to))).Encode());
            using var answer = await client.PostAsync($"http://127.0.0.1:{tower.Port}/witness/add-checkpoint", body);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task An_idle_gateway_becomes_quiet()
    {
        await using var a = new WitnessStation("a.example");
        await using var b = new WitnessStation("b.example");
        await a.PrepareAsync();
        await b.PrepareAsync();
        await a.MeetAsync(b);
        await b.MeetAsync(a);
        await b.StartAsync();
        await a.StartAsync();
        await a.WaitForAsync(status => status.GetProperty("quorumMet").GetBoolean());

        // Three more checkpoint intervals without a new entry are quiet enough; one cosignature may still be on its way.
        var (size, since) = (await a.SizeAsync(), DateTime.UtcNow);
        var deadline = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow - since < TimeSpan.FromSeconds(3))
        {
            Assert.True(DateTime.UtcNow < deadline, $"It still seals at {size} entries.");
            if (await a.SizeAsync() is var now && now != size) (size, since) = (now, DateTime.UtcNow);
        }

        Assert.True(size < 10, $"{size} entries");
    }

    [Fact]
    public async Task A_witness_answers_over_HTTP_as_the_specification_has_it()
    {
        await using var station = new WitnessStation("b.example");
        await station.PrepareAsync();
        station.Witnesses(WitnessKeys.Log.Verifier);
        await station.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{station.Port}/witness/") };
        var monitored = $"{WitnessedLog.IdOf(WitnessKeys.Origin)}/checkpoint";

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(monitored)).StatusCode);
        var (accepted, line) = await PostAsync(client, 0, 5);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(WitnessKeys.Signed(WitnessKeys.Checkpoint(5)) + line), out var note, out var error), error);
        Assert.True(note.TryVerify([station.WitnessKey], out var signatures, out error), error);
        Assert.NotNull(Assert.Single(signatures).CosignedAt);

        var (conflict, size) = await PostAsync(client, 0, 8);
        Assert.Equal((HttpStatusCode.Conflict, "text/x.tlog.size", "5\n"), (conflict.StatusCode, conflict.Content.Headers.ContentType!.ToString(), size));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("add-checkpoint", new StringContent("old 5\n"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("add-checkpoint", new ByteArrayContent(new byte[100_000]))).StatusCode);
        var forged = new AddCheckpointRequest(5, [], WitnessKeys.Signed(new Checkpoint(WitnessKeys.Origin, 5, WitnessKeys.Checkpoint(6).Root)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.PostAsync("add-checkpoint", new ByteArrayContent(forged.Encode()))).StatusCode);

        // kill -9: what was answered is remembered.
        station.Station.Gateway.Kill();
        await station.StartAsync();
        var kept = await client.GetStringAsync(monitored);
        Assert.Equal(WitnessKeys.Signed(WitnessKeys.Checkpoint(5)) + line, kept);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, 5, 300)).Answer.StatusCode);
    }

    static async Task<(HttpResponseMessage Answer, string Body)> PostAsync(HttpClient client, int from, int to)
    {
        var request = new AddCheckpointRequest(from, WitnessKeys.Proof(from, to), WitnessKeys.Signed(WitnessKeys.Checkpoint(to)));
        var answer = await client.PostAsync("add-checkpoint", new ByteArrayContent(request.Encode()));
        return (answer, await answer.Content.ReadAsStringAsync());
    }
}
