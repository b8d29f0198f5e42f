using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>Making the ledger before the first start, and where its recovery key goes.</summary>
public sealed class InitTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_terminal_the_recovery_key_lies_in_a_file_and_check_warns_until_it_is_gone()
    {
        var made = await EdgegwAsync("init", "--Gateway:Origin=station-01.example");
        var file = _folder["data", "keys", "recovery.key"];
        Assert.True(made.ExitCode == 0, made.ToString());
        Assert.Contains(file, made.Error, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var key = AssertIsRecoveryKey(file);
        Assert.DoesNotContain(key.Export(), made.Error + made.Output, StringComparison.Ordinal);

        var warned = await EdgegwAsync("check", "--Mqtt:PlainPort=0");
        Assert.Equal(1, warned.ExitCode);
        Assert.Contains(file, warned.Output, StringComparison.Ordinal);
        File.Delete(file);
        Assert.DoesNotContain("recovery.key", (await EdgegwAsync("check", "--Mqtt:PlainPort=0")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_recovery_key_goes_to_the_file_that_is_asked_for_and_never_over_another()
    {
        var file = _folder["paper.key"];
        var arguments = new[] { "init", "--recovery-key", file, "--Gateway:Origin=station-01.example" };
        var made = await EdgegwAsync(arguments);
        Assert.True(made.ExitCode == 0, made.ToString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        AssertIsRecoveryKey(file);
        Assert.False(File.Exists(_folder["data", "keys", "recovery.key"]));

        var again = await EdgegwAsync("init", "--recovery-key", _folder["second.key"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("There is a ledger", again.Error, StringComparison.Ordinal);
        var other = await EdgegwAsync("init", "--recovery-key", file, "--data", _folder["other"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains($"--recovery-key is '{file}': there is a file already", other.Error, StringComparison.Ordinal);
    }

    static SigningKey AssertIsRecoveryKey(string file)
    {
        Assert.True(SigningKey.TryParse(File.ReadAllText(file).TrimEnd('\n'), out var key, out var error), error);
        Assert.Equal("station-01.example/recovery", key.Name);
        return key;
    }

    Task<E2eResult> EdgegwAsync(params string[] arguments) => E2eCommand.RunAsync(
        "dotnet", [E2ePrograms.Edgegw, .. arguments, .. arguments.Contains("--data") ? [] : new[] { "--data", _folder["data"] }]);
}
