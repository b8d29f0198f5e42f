using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Witnessing;

/// <summary>What a witness remembers of a log.</summary>
public sealed class WitnessedLogTests : IDisposable
{
    static readonly SigningKey Own = WitnessKeys.Witness("tower.example/witness", 40);

    readonly TempFolder _folder = new();
    readonly TestClock _clock = new();

    public WitnessedLogTests() => Directory.CreateDirectory(_folder["data", "keys"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_cosigned_is_on_disk_before_the_answer_and_known_after_a_restart()
    {
        using (var log = Open())
        {
            Assert.Null(log.Note);
            var (answer, line) = await AddAsync(log, 0, 5);
            Assert.Equal(WitnessStatus.Accepted, answer.Status);

            // As if it were killed now: what the asker got is not newer than what is on disk.
            var note = File.ReadAllText(_folder[WitnessedLog.IdOf(WitnessKeys.Origin)]);
            Assert.EndsWith($"{line}\n", note, StringComparison.Ordinal);
            Assert.Equal(Encoding.UTF8.GetBytes(note), log.Note!.Value.ToArray());
        }

        using var again = Open();
        Assert.Equal((WitnessStatus.OtherSize, 5L), (await AddAsync(again, 0, 8)) is var (late, _) ? (late.Status, late.KnownSize) : default);
        Assert.Equal(WitnessStatus.Accepted, (await AddAsync(again, 5, 5)).Answer.Status);
        Assert.Equal(WitnessStatus.Accepted, (await AddAsync(again, 5, 8)).Answer.Status);
    }

    [Fact]
    public async Task Of_many_at_once_each_follows_on_the_one_before()
    {
        using var log = Open();
        var answers = await Task.WhenAll(Enumerable.Range(1, 40).Select(size => Task.Run(() => AddAsync(log, 0, size))));

        Assert.Single(answers, answer => answer.Answer.Status == WitnessStatus.Accepted);
        Assert.All(answers.Where(answer => answer.Line is null), answer => Assert.Equal(WitnessStatus.OtherSize, answer.Answer.Status));
    }

    [Fact]
    public async Task A_memory_that_is_gone_is_not_taken_for_a_log_that_was_never_seen()
    {
        using (var log = Open()) await AddAsync(log, 0, 5);
        var path = _folder[WitnessedLog.IdOf(WitnessKeys.Origin)];
        var kept = File.ReadAllBytes(path);
        File.Delete(path);

        var refused = Assert.Throws<GatewayException>(Open);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("witness init", refused.Message, StringComparison.Ordinal);

        // Of a witness that cosigned before it kept the list, what is there goes into it.
        File.WriteAllBytes(path, kept);
        File.Delete(CosignedLogs.PathIn(_folder["data"]));
        using (Open()) Assert.Equal($"{WitnessKeys.Origin}\n", File.ReadAllText(CosignedLogs.PathIn(_folder["data"])));
    }

    [Fact]
    public void A_new_key_has_cosigned_nothing()
    {
        var data = _folder["data"];
        WitnessKey.Create(data, "first.example/witness");
        CosignedLogs.Open(data).Add("station-01.example");
        File.Move(WitnessKey.SecretPath(data), _folder["away"]);

        WitnessKey.Create(data, "second.example/witness");

        Assert.False(CosignedLogs.Open(data).Has("station-01.example"));
    }

    [Fact]
    public async Task A_memory_that_is_damaged_is_refused_and_not_taken_as_none()
    {
        using (var log = Open()) await AddAsync(log, 0, 5);
        var path = _folder[WitnessedLog.IdOf(WitnessKeys.Origin)];
        var whole = File.ReadAllBytes(path);

        foreach (var damaged in (byte[][])[[], whole[..^1], [.. whole.Select((b, i) => i == 20 ? (byte)(b ^ 1) : b)]])
        {
            File.WriteAllBytes(path, damaged);
            var refused = Assert.Throws<GatewayException>(Open);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_cannot_be_kept_is_not_cosigned_and_the_one_before_stands()
    {
        using var disk = new LedgerSmallDisk(1);
        using var log = WitnessedLog.Open(disk.Path, [WitnessKeys.Log.Verifier], Own, new CosignedLogs(disk.Path + "/cosigned", []));
        await AddAsync(log, 0, 5);
        var before = log.Note!.Value.ToArray();
        disk.Fill();

        await Assert.ThrowsAsync<EdgeGateway.Storage.Files.StorageFullException>(() => AddAsync(log, 5, 8));

        Assert.Equal(before, log.Note!.Value.ToArray());
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(disk.Path, WitnessedLog.IdOf(WitnessKeys.Origin))));
        disk.Free();
        Assert.Equal(WitnessStatus.Accepted, (await AddAsync(log, 5, 8)).Answer.Status);
    }

    WitnessedLog Open() => WitnessedLog.Open(_folder.Path, [WitnessKeys.Log.Verifier], Own, CosignedLogs.Open(_folder["data"]));

    async Task<(WitnessAnswer Answer, string? Line)> AddAsync(WitnessedLog log, int from, int to) => await log.AddAsync(
        new AddCheckpointRequest(from, WitnessKeys.Proof(from, to), WitnessKeys.Signed(WitnessKeys.Checkpoint(to))), _clock.Time, CancellationToken.None);
}
