using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Succession;

/// <summary><c>ledger rotate</c>: one log ends, the next goes on, whatever cuts it off.</summary>
public sealed class RotationTests : IDisposable
{
    readonly SuccessionStation _station = new();

    public void Dispose() => _station.Dispose();

    [Fact]
    public async Task The_next_log_goes_on_with_the_devices_and_the_closed_one_is_read_like_before()
    {
        await _station.FillAsync(300);

        var result = await _station.RotateAsync();

        Assert.Equal(("station-01.example", "station-01.example/2", "001", 1), (result.Previous.Origin, result.Key.Name, result.Shard, result.Devices));
        _station.AssertVerifies();
        Assert.Equal(result.Previous.Size, _station.Verify().Closed!.Single().PrivateParts);
        await using var data = await _station.OpenAsync();
        Assert.Equal("一号卡口", data.Devices.Find(SuccessionStation.Device)!.Values["name"]);
        Assert.NotNull(data.Accounts.CredentialOf(data.Directory.Current.Find(SuccessionStation.Device)!.Id));
        var rows = (await SuccessionStation.AskAsync(data, "evidence-list", new JsonObject { ["log"] = "station-01.example", ["limit"] = 1000L })).AsArray();
        Assert.Equal(300, rows.Count);
        Assert.All(rows, row => Assert.Equal("station-01.example", row!["origin"]!.GetValue<string>()));
        var shown = await SuccessionStation.AskAsync(data, "evidence-show", new JsonObject { ["log"] = "station-01.example", ["index"] = result.Previous.Size - 1 });
        Assert.Equal("key", shown["kind"]!.GetValue<string>());
        Assert.True(shown["commitmentHolds"]!.GetValue<bool>());
        var proof = await SuccessionStation.AskAsync(data, "ledger-prove", new JsonObject { ["log"] = "station-01.example", ["index"] = 5L });
        Assert.True(TlogProof.TryParse(System.Text.Encoding.UTF8.GetBytes(proof["proof"]!.GetValue<string>()), out var parsed, out var error), error);
        Assert.True(parsed.Verify(Hash.Parse(proof["leafHash"]!.GetValue<string>()), result.Previous.Key).IsGood);
        Assert.Equal(SealStatus.Sealed, (await SuccessionStation.SealAsync(data, "after")).Status);
    }

    [Fact]
    public async Task Where_no_quorum_is_asked_for_a_proof_says_neither_that_it_is_met_nor_that_it_is_not()
    {
        await _station.FillAsync(2);
        await _station.RotateAsync();
        await using var data = await _station.OpenAsync();

        foreach (var log in (string?[])[null, "station-01.example"])
        {
            var proof = await SuccessionStation.AskAsync(data, "ledger-prove", new JsonObject { ["log"] = log, ["index"] = 0L });
            Assert.True(proof.AsObject().ContainsKey("quorumMet"));
            Assert.Null(proof["quorumMet"]);
            Assert.Empty(DocsSchema.Of("ledger-prove").Errors(proof));
        }
    }

    [Fact]
    public async Task A_witness_policy_that_names_the_log_before_keeps_nobody_from_sealing_and_a_strange_one_does()
    {
        await _station.FillAsync(2);
        var before = VerifierKey.Parse(File.ReadAllText(LedgerKeys.PublicPath(_station.Data)).Trim());
        await _station.RotateAsync();

        await using (var data = await OpenAsync(before))
        {
            Assert.True((await SuccessionStation.SealAsync(data, "after")).IsDurable);
            var status = await SuccessionStation.AskAsync(data, "ledger-status");
            Assert.Contains($"log {data.Ledger.Key}", status["witness"]!["error"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        await using (var data = await OpenAsync(before, VerifierKey.Parse(File.ReadAllText(LedgerKeys.PublicPath(_station.Data)).Trim())))
        {
            Assert.Null((await SuccessionStation.AskAsync(data, "ledger-status"))["witness"]!["error"]);
        }

        Assert.Contains("does not name this ledger", (await Assert.ThrowsAsync<GatewayException>(() => OpenAsync(WitnessKeys.Log.Verifier))).Message, StringComparison.Ordinal);

        Task<GatewayData> OpenAsync(params VerifierKey[] logs)
        {
            File.WriteAllText(_station["policy"], string.Concat(logs.Select(log => $"log {log}\n")) + "quorum none\n");
            return GatewayData.OpenAsync(
                _station.Data, SuccessionStation.Settings with { Witness = new WitnessOptions { Policy = _station["policy"] } }, _station.Clock, _station.Clock.Time,
                Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        }
    }

    [Fact]
    public async Task Several_rotations_in_a_row_verify_and_each_keeps_its_name()
    {
        for (var n = 0; n < 3; n++)
        {
            await _station.FillAsync(3);
            await _station.RotateAsync(withPaper: n == 1);
        }

        _station.AssertVerifies();
        await using var data = await _station.OpenAsync();
        Assert.Equal("station-01.example/4", data.Ledger.Origin);
        Assert.Equal(
            ["station-01.example", "station-01.example/2", "station-01.example/3"], data.Logs.All.Select(log => log.Origin!));
        Assert.Equal(3, (await SuccessionStation.AskAsync(data, "ledger-status"))["closed"]!.AsArray().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kill_at_any_step_is_gone_on_from_to_the_same_successor(bool keyIsLost)
    {
        await _station.FillAsync(20);
        if (keyIsLost) File.Delete(LedgerKeys.SecretPath(_station.Data));
        var killed = new List<(string Step, SuccessionStation Station)>();
        var result = await _station.RotateAsync(withPaper: keyIsLost, step => killed.Add((step, _station.Copy())));
        Assert.True(killed.Count >= 12, string.Join(", ", killed.Select(kill => kill.Step)));
        foreach (var (step, station) in killed)
        {
            using (station)
            {
                if (keyIsLost && Directory.Exists(station["data", "rotating"]) && !LedgerHandover.IsDue(station.Data))
                {
                    var refused = await Assert.ThrowsAsync<GatewayException>(station.OpenAsync);
                    Assert.Contains("--recovery-key FILE", refused.Message, StringComparison.Ordinal);
                    await station.RotateAsync(withPaper: true);
                }

                await using (var data = await station.OpenAsync())
                {
                    Assert.True(data.Ledger.Key.Equals(result.Key), step);
                    Assert.NotNull(data.Devices.Find(SuccessionStation.Device));
                    Assert.Equal(result.Previous.Size, data.Logs.All.Single().Ledger.Size);
                    Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(data, "e-3")).Status);
                }

                station.AssertVerifies();
                Assert.False(Directory.Exists(station["data", "rotating"]), step);
                Assert.Empty(Directory.GetFiles(station["data", "keys"], "*.before-*"));
            }
        }
    }

    [Fact]
    public async Task A_rotation_cut_off_before_its_point_of_no_return_takes_no_number()
    {
        await _station.FillAsync(20);
        var journal = _station["data", "ledger.rotating"];
        await Assert.ThrowsAnyAsync<Exception>(() => _station.RotateAsync(withPaper: false, step =>
        {
            // Something that the journal's rename can't take the place of.
            if (step == "made the next log") Directory.CreateDirectory(Path.Combine(journal, "in the way"));
        }));
        Directory.Delete(journal, recursive: true);

        await using (var data = await _station.OpenAsync()) Assert.Equal("001", Path.GetFileName(data.Logs.All.Single().Ledger.Folder));
        _station.AssertVerifies();
    }

    [Fact]
    public async Task A_ledger_whose_key_is_lost_is_closed_with_the_key_from_paper_and_nothing_sealed_is_missing()
    {
        await _station.FillAsync(10);
        await using (var data = await _station.OpenAsync()) await SuccessionStation.SealAsync(data, "last");
        File.WriteAllText(LedgerKeys.SecretPath(_station.Data), "half a key");
        var refused = await Assert.ThrowsAsync<GatewayException>(_station.OpenAsync);
        Assert.Contains("edgegw ledger rotate --recovery-key FILE", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<GatewayException>(() => _station.RotateAsync());

        var result = await _station.RotateAsync(withPaper: true);

        Assert.Equal(EndorsingKey.Recovery, result.By);
        _station.AssertVerifies();
        await using var next = await _station.OpenAsync();
        var closed = next.Logs.All.Single().Ledger;
        Assert.True(closed.SignedByRecovery);
        Assert.Equal(result.Previous.Size, closed.Size);
        Assert.Contains("\"recovery\":", System.Text.Encoding.UTF8.GetString(closed.Read(closed.Size - 1, 1)[0].Leaf.Span), StringComparison.Ordinal);
        Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(next, "last")).Status);
    }

    [Fact]
    public async Task A_wrong_recovery_key_is_refused_and_nothing_is_changed()
    {
        await _station.FillAsync(5);
        File.Delete(LedgerKeys.SecretPath(_station.Data));
        var before = Snapshot();
        var wrong = LedgerKeys.New("station-01.example/recovery");

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.Rotation().RunAsync(
            new EdgeGateway.Succession.RotationRequest("lost", wrong, null), Actor.LocalAdministrator, CancellationToken.None));

        Assert.Contains("Give the one that was printed", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Export(), refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task The_store_itself_does_not_open_a_ledger_for_a_recovery_key_that_is_not_its_own()
    {
        await _station.FillAsync(5);
        var settings = SuccessionStation.Settings.ToLedger(_station.Data) with { RecoveryKey = LedgerKeys.New("station-01.example/recovery") };

        Assert.Throws<LedgerCorruptException>(() => FileLedger.Open(settings, _station.Clock, _station.Clock.Time));
    }

    [Fact]
    public async Task A_repeat_of_what_the_last_log_sealed_is_not_sealed_again_and_a_conflict_names_its_leaf()
    {
        await _station.FillAsync(10);
        SealOutcome without;
        await using (var first = await _station.OpenAsync()) without = await SuccessionStation.SealAsync(first, null, content: "no id");
        await _station.RotateAsync();
        await _station.RotateAsync();

        await using var data = await _station.OpenAsync();
        var size = data.Ledger.DurableSize;
        var repeat = await SuccessionStation.SealAsync(data, "e-7");
        Assert.Equal((SealStatus.Repeated, size), (repeat.Status, data.Ledger.DurableSize));
        Assert.Equal(repeat.LeafHash, Merkle.LeafHash(data.Logs.All[0].Ledger.Read(repeat.Index, 1)[0].Leaf.Span));

        var other = await SuccessionStation.SealAsync(data, "e-7", content: "other bytes");
        Assert.Equal(SealStatus.Sealed, other.Status);
        Assert.Equal(repeat.LeafHash.ToString(), await BodyOfAsync(data, other.Index, "conflictsWithLeaf"));
        var again = await SuccessionStation.SealAsync(data, null, content: "no id");
        Assert.Equal(without.LeafHash.ToString(), await BodyOfAsync(data, again.Index, "possibleRepeatOfLeaf"));
    }

    [Theory]
    [InlineData("ledger/tile/entries/000", 500)]
    [InlineData("ledger/tile/0/000", 40)]
    [InlineData("ledger/checkpoint", 30)]
    [InlineData("payloads/000", 3000)]
    [InlineData("ledger.vkey", 30)]
    public async Task A_changed_byte_in_a_closed_log_is_found_and_named(string file, int at)
    {
        await _station.FillAsync(300);
        await _station.RotateAsync();
        _station.AssertVerifies();
        var path = _station["data", "logs", "001", file];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var report = _station.Verify();

        Assert.False(report.IsGood);
        Assert.Contains("001", report.Fault!.Path + report.Fault.Sentence, StringComparison.Ordinal);

        // The gateway seals on all the same.
        await using var data = await _station.OpenAsync();
        Assert.Equal(SealStatus.Sealed, (await SuccessionStation.SealAsync(data, "after")).Status);
    }

    [Fact]
    public async Task A_closed_log_taken_away_or_exchanged_is_noticed()
    {
        await _station.FillAsync(3);
        await _station.RotateAsync();
        await _station.FillAsync(4);
        await _station.RotateAsync();
        using var other = new SuccessionStation();
        await other.FillAsync(3);
        await other.RotateAsync();

        using (var without = _station.Copy())
        {
            Directory.Delete(without["data", "logs", "001"], recursive: true);
            Assert.Contains("is not here", without.Verify().Sentence, StringComparison.Ordinal);
        }

        Directory.Delete(_station["data", "logs", "001"], recursive: true);
        Directory.Move(other["data", "logs", "001"], _station["data", "logs", "001"]);
        Assert.Contains("goes on from", _station.Verify().Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(200)]
    public async Task On_a_full_disk_it_stops_and_with_room_it_is_gone_on_from(int pagesLeft)
    {
        using var disk = new LedgerSmallDisk(16);
        using var station = new SuccessionStation(disk.Path);
        await station.FillAsync(20);
        disk.Fill(pagesLeft);
        var failure = await Record.ExceptionAsync(() => station.RotateAsync());
        Assert.True(failure is GatewayException or IOException, $"{failure}");

        disk.Free();
        await using (var data = await station.OpenAsync())
        {
            Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(data, "e-3")).Status);
            Assert.Equal(SealStatus.Sealed, (await SuccessionStation.SealAsync(data, "after")).Status);
        }

        station.AssertVerifies();
    }

    [Fact]
    public async Task The_old_key_is_nowhere_in_the_data_directory_afterwards()
    {
        await _station.FillAsync(3);
        var text = File.ReadAllText(LedgerKeys.SecretPath(_station.Data)).Trim();
        await _station.RotateAsync();

        Assert.DoesNotContain(Directory.GetFiles(_station.Data, "*", SearchOption.AllDirectories), path => SecretScan.Holds(path, text));
    }

    string[] Snapshot() => [.. Directory.GetFiles(_station.Data, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith("lock.pid", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path => $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}")];

    static async Task<string?> BodyOfAsync(GatewayData data, long index, string field) =>
        (await SuccessionStation.AskAsync(data, "evidence-show", new JsonObject { ["index"] = index }))["leaf"]!["body"]![field]?.GetValue<string>();
}
