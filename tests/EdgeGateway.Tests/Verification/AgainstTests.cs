using System.Text;
using EdgeGateway.Cli;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Verification;

namespace EdgeGateway.Tests.Verification;

/// <summary><c>ledger verify --against FILE</c>: which file proves something, and of which log.</summary>
public sealed class AgainstTests : IDisposable
{
    readonly SuccessionStation _station = new();

    public void Dispose() => _station.Dispose();

    [Fact]
    public async Task A_checkpoint_of_this_log_proves_that_it_grew_and_that_is_said()
    {
        await _station.FillAsync(3);
        var kept = Keep("kept");
        await _station.FillAsync(3);

        var report = Verify(kept);

        Assert.True(report.IsGood, report.Sentence);
        var size = Open(kept).Size;
        Assert.Contains($"station-01.example grew from the {size} entries of '{kept}'.", report.Sentence, StringComparison.Ordinal);
        var grewFrom = report.ToJson()["grewFrom"]!;
        Assert.Equal((kept, size), (grewFrom["file"]!.GetValue<string>(), grewFrom["size"]!.GetValue<long>()));
        Assert.Empty(DocsSchema.Of("ledger-verify").Errors(report.ToJson()));
        Assert.Equal(0, await RunAsync(kept));
    }

    [Fact]
    public async Task After_a_rotation_a_checkpoint_of_the_closed_log_is_checked_against_that_log()
    {
        await _station.FillAsync(3);
        var kept = Keep("kept");
        await _station.RotateAsync();

        var report = Verify(kept);
        Assert.True(report.IsGood, report.Sentence);
        Assert.Contains($"station-01.example grew from the {Open(kept).Size} entries of '{kept}'.", report.Sentence, StringComparison.Ordinal);
        Assert.NotNull(report.Closed!.Single().GrewFrom);
        Assert.Empty(DocsSchema.Of("ledger-verify").Errors(report.ToJson()));

        Assert.Contains("station-01.example/2 grew from", Verify(Keep("next")).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_a_log_that_the_recovery_key_closed_counts_under_the_key_of_then()
    {
        await _station.FillAsync(3);
        var kept = Keep("kept");
        File.Delete(_station["data", "keys", "ledger.key"]);
        await _station.RotateAsync(withPaper: true);

        var report = Verify(kept);

        Assert.True(report.IsGood, report.Sentence);
        Assert.NotNull(report.GrewFrom);
    }

    [Fact]
    public async Task A_checkpoint_of_another_log_proves_nothing_and_is_a_no_with_the_file_and_the_logs_that_are_here()
    {
        await _station.FillAsync(3);
        await _station.RotateAsync();
        var other = Write("other", new Checkpoint("station-02.example", 0, Merkle.EmptyRoot).Sign(Strange("station-02.example")).ToString());

        var report = Verify(other);

        Assert.False(report.IsGood);
        Assert.Equal(other, report.Fault!.Path);
        Assert.Contains($"'{other}' is a checkpoint of station-02.example, and the logs here are station-01.example, station-01.example/2", report.Sentence, StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync(other));
    }

    [Fact]
    public async Task A_checkpoint_of_this_log_that_its_key_did_not_sign_or_that_it_did_not_grow_from_is_a_no_with_the_file()
    {
        await _station.FillAsync(3);
        var unsigned = Write("unsigned", new Checkpoint("station-01.example", 0, Merkle.EmptyRoot).Sign(Strange("station-01.example")).ToString());
        var forged = Write("forged", new Checkpoint("station-01.example", 2, new Hash(new byte[32])).Sign(SigningKey.Parse(File.ReadAllText(_station["data", "keys", "ledger.key"]).Trim())).ToString());

        Assert.Contains($"'{unsigned}' says that it is a checkpoint of station-01.example", Verify(unsigned).Sentence, StringComparison.Ordinal);
        var fault = Verify(forged).Fault!;
        Assert.Equal(forged, fault.Path);
        Assert.Contains($"{forged}: The log did not grow from the earlier checkpoint", fault.Sentence, StringComparison.Ordinal);
        Assert.Equal((1, 1), (await RunAsync(unsigned), await RunAsync(forged)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("station-01.example\n")]
    [InlineData("some notes of mine\nand more\n")]
    public async Task A_file_that_is_no_checkpoint_is_wrong_usage_and_named(string text)
    {
        await _station.FillAsync(1);
        var file = Write("file", text);
        var errors = new StringWriter();

        Assert.Equal(2, await RunAsync(file, errors));
        Assert.Contains($"--against is '{file}': it is no checkpoint", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_folder_of_anyone_another_logs_checkpoint_is_a_no_too()
    {
        await _station.FillAsync(3);
        var other = Write("other", new Checkpoint("station-02.example", 0, Merkle.EmptyRoot).Sign(Strange("station-02.example")).ToString());

        var exitCode = await EdgegwCommand.RunAsync(
            ["ledger", "verify", "--dir", _station["data", "ledger"], "--key", LedgerKeys.PublicPath(_station.Data), "--against", other], new StringWriter());

        Assert.Equal(1, exitCode);
    }

    VerificationReport Verify(string file) => AllLogsVerification.Run(
        new VerificationRequest(_station["data", "ledger"], Key, EarlierCheckpoint.Read(file), Objects: false, _station.Data), null, CancellationToken.None);

    Task<int> RunAsync(string file, TextWriter? errors = null) =>
        EdgegwCommand.RunAsync(["ledger", "verify", "--data", _station.Data, "--against", file], errors ?? new StringWriter());

    VerifierKey Key => VerifierKey.Parse(File.ReadAllText(LedgerKeys.PublicPath(_station.Data)).Trim());

    string Keep(string name) => Write(name, File.ReadAllText(_station["data", "ledger", "checkpoint"]));

    string Write(string name, string text)
    {
        File.WriteAllText(_station[name], text, new UTF8Encoding(false));
        return _station[name];
    }

    static SigningKey Strange(string name) => SigningKey.FromSeed(name, new byte[32]);

    static Checkpoint Open(string file) => EarlierCheckpoint.Read(file).Claimed;
}
