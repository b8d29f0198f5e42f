using System.CommandLine;
using EdgeGateway.Cli;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Cli;

/// <summary>Every option of every command that takes a value, given a wrong one.</summary>
public sealed class WrongUsageTests : IDisposable
{
    static readonly string TooLong = new('x', 2000);

    /// <summary>A wrong value by the option's name; those of a command's own stand with its words.</summary>
    static readonly Dictionary<string, string> WrongValues = new(StringComparer.Ordinal)
    {
        ["--capture"] = " ",
        ["--account"] = "Not An Account",
        ["--after"] = "-3",
        ["--against"] = "/no/such/checkpoint",
        ["--archive"] = TooLong,
        ["--as-of"] = "yesterday",
        ["--broker"] = "No Broker",
        ["--by"] = TooLong,
        ["--case"] = TooLong,
        ["--cert"] = "/no/such/certificate.pem",
        ["--data"] = "/etc/passwd",
        ["--days"] = "0",
        ["--device"] = "No Device",
        ["--dir"] = "/no/such/folder",
        ["--from"] = "22/11/2026",
        ["--id"] = "Camera 1",
        ["--import"] = "/no/such/file.csv",
        ["--interval"] = "0",
        ["--key"] = "no key",
        ["--kind"] = "video",
        ["--lang"] = "fr",
        ["--leaf"] = "12ab",
        ["--limit"] = "0",
        ["--line"] = "ttyS0",
        ["--list"] = "/no/such/file.csv",
        ["--log"] = TooLong,
        ["--medium"] = TooLong,
        ["--medium-path"] = "/no/such/folder",
        ["--mn"] = "not-an-mn",
        ["--unit"] = "0",
        ["--stream"] = "http://camera/",
        ["--folder"] = "not/a/full/path",
        ["--name"] = "has space",
        ["--officer"] = TooLong,
        ["--out"] = "/no/such/folder/file",
        ["--page"] = TooLong,
        ["--policy"] = "/no/such/policy",
        ["--profile"] = "No Profile",
        ["--raw"] = "/etc/passwd",
        ["--reason"] = TooLong,
        ["--recovery-key"] = "/no/such/paper",
        ["init --recovery-key"] = "/etc/passwd",
        ["--request"] = "/no/such/request.csr",
        ["--resends"] = "0",
        ["--result"] = "perhaps",
        ["--review"] = "someday",
        ["--tag"] = "maybe",
        ["--timeout"] = "0",
        ["--to"] = "/no/such/folder",
        ["evidence list --to"] = "soon",
        ["--trust"] = "blind",
        ["--tag-manifest"] = "0123",
        ["--tsa-roots"] = "/no/such/roots.pem",
        ["--urls"] = "https://example.org",
        ["--volume"] = TooLong,
    };

    readonly TempFolder _folder = new();

    public static TheoryData<string, string> Valued
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (words, command) in Commands(EdgegwCommand.Create([]), ""))
            {
                foreach (var option in command.Options.Where(option => option.ValueType != typeof(bool) && option.Name is not ("--help" or "--version"))) data.Add(words, option.Name);
            }

            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Valued))]
    public async Task A_wrong_value_ends_with_2_and_is_told_with_the_option_and_the_remedy(string words, string option)
    {
        Assert.True(WrongValues.TryGetValue($"{words} {option}", out var wrong) || WrongValues.TryGetValue(option, out wrong), $"Say in {nameof(WrongValues)} what is wrong for {option} of '{words}'.");
        var errors = new StringWriter();

        var exitCode = await EdgegwCommand.RunAsync([.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), option, wrong], errors);

        Assert.Equal(2, exitCode);
        var line = Assert.Single(errors.ToString().Split('\n'), line => line.Contains($"{option} is '{wrong[..Math.Min(wrong.Length, 100)]}", StringComparison.Ordinal));
        Assert.True(line.Split("': ") is [_, { Length: > 10 }] || line.Contains("only: give", StringComparison.Ordinal), line);
    }

    [Theory]
    [InlineData("evidence show x", "INDEX is 'x'")]
    [InlineData("evidence show -- -1", "INDEX is '-1'")]
    [InlineData("evidence erase 5-3 --reason r", "INDEX is '5-3'")]
    [InlineData("evidence erase 0-20000 --reason r", "0-20000: at most 10000")]
    [InlineData("evidence export 0-1000 --out bag --case c --reason r", "0-1000: at most 1000")]
    [InlineData("evidence move 5 --medium m --to /tmp", "--to is '/tmp' only")]
    [InlineData("evidence hold --case c", "--reason is missing")]
    [InlineData("evidence hold --case c --reason", "--reason has no value")]
    [InlineData("evidence hold --case c --case d --reason r", "--case may be given once")]
    [InlineData("evidence hold --case c --reason r --because", "'--because' is no command or option")]
    [InlineData("evidence review 5 --result passed", "--reason is missing")]
    [InlineData("evidence review 5 --reason r", "--result is missing")]
    [InlineData("evidence erase --reason r", "--due")]
    [InlineData("evidence erase 5 --due --reason r", "--due")]
    [InlineData("evidence history", "--account")]
    [InlineData("evidence tag 5", "--case")]
    [InlineData("evidence tag", "--list")]
    [InlineData("ledger verify --dir /tmp", "--dir needs --key")]
    [InlineData("ledger verify --dir /tmp --objects", "--objects")]
    [InlineData("restore /tmp --successor", "--recovery-key")]
    [InlineData("device add --id a --profile b --colour red", "--colour is not a registry field")]
    [InlineData("proof verify /no/such/proof --leaf 00 --key k", "FILE is '/no/such/proof'")]
    [InlineData("evidence move --medium m --to /tmp --to /", "INDEX is missing")]
    [InlineData("evidence verify nodir", "DIR is 'nodir': there is no such folder; give one that is there.")]
    [InlineData("evidence verify /etc/passwd", "DIR is '/etc/passwd': it is a file; give a folder.")]
    [InlineData("restore nob", "DIR is 'nob': there is no such folder; give one that is there.")]
    [InlineData("profile validate nofile.yaml", "FILE is 'nofile.yaml': there is no such file; give one that is there.")]
    [InlineData("ledger", "subcommand")]
    public async Task Other_wrong_usage_ends_with_2_too(string words, string told)
    {
        var errors = new StringWriter();

        var exitCode = await EdgegwCommand.RunAsync(["--data", _folder["data"], .. words.Split(' ')], errors);

        Assert.True(exitCode == 2, errors.ToString());
        Assert.Contains(told, errors.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]), "Nothing is opened for a command that is wrong.");
    }

    static IEnumerable<(string Words, Command Command)> Commands(Command command, string words)
    {
        yield return (words, command);
        foreach (var sub in command.Subcommands)
        {
            foreach (var found in Commands(sub, $"{words} {sub.Name}".Trim())) yield return found;
        }
    }

    [Fact]
    public void A_command_is_the_same_where_it_alone_was_made()
    {
        foreach (var command in EdgegwCommand.Create([]).Subcommands)
        {
            var alone = Assert.Single(EdgegwCommand.Create([], command.Name).Subcommands);
            Assert.Equal(command.Name, alone.Name);
        }
    }
}
