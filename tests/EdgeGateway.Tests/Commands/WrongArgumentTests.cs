using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Commands;

/// <summary>Whoever talks to the socket without the command line gets what was asked for, or a refusal that names the option.</summary>
public sealed class WrongArgumentTests : IAsyncLifetime
{
    /// <summary>One of each type, and numbers and texts that nothing can be sealed with.</summary>
    static readonly string[] Samples =
    [
        "true", "\"yes\"", "\"a\\u0000b\"", "3", "3.5", "1e300", "9223372036854775807", "9007199254740992", "99999999999999999999", "{}", """{"a":1}""", """{"a":null}""",
        "[]", "[null]", "[3]", "[3.5]", "[9223372036854775807]", "[true]", "[\"3\"]", "[[]]", "[{}]", """[{"index":[]}]""", """[{"unknown":1}]""",
    ];

    CustodyDesk _desk = null!;
    long _item;

    public async Task InitializeAsync()
    {
        _desk = await CustodyDesk.OpenAsync();
        _item = await _desk.SealAsync("{}");
    }

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    public static TheoryData<string> Names => [.. CommandSignatures.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_argument_of_a_wrong_type_is_refused_and_nothing_is_done(string command)
    {
        await _desk.Data.CatchUpViewsAsync(_desk.Enough);
        var size = _desk.Data.Ledger.DurableSize;
        foreach (var argument in CommandSignatures.All[command])
        {
            foreach (var sample in Samples.Where(sample => !Takes(argument, sample)))
            {
                var arguments = Valid(command);
                arguments[argument.Name] = JsonNode.Parse(sample);
                await RefusedAsync(command, arguments, $"{argument.Name}: {sample}");
            }

            foreach (var column in argument.Columns)
            {
                foreach (var sample in Samples.Where(sample => !Takes(column, sample)))
                {
                    var arguments = Valid(command);
                    arguments[argument.Name]!.AsArray().Add(new JsonObject { ["index"] = 1, [column.Name] = JsonNode.Parse(sample) });
                    await RefusedAsync(command, arguments, $"{argument.Name}/{column.Name}: {sample}");
                }
            }
        }

        var unknown = Valid(command);
        unknown["dry-run"] = true;
        await RefusedAsync(command, unknown, "dry-run");
        Assert.Equal(size, _desk.Data.Ledger.DurableSize);
    }

    [Theory]
    [InlineData("evidence-tag", """{"rows":[{"index":1,"case":"A"}],"dryRun":"yes"}""", "--dry-run is '\"yes\"': write true or false.")]
    [InlineData("evidence-hold", """{"case":"77","reason":"r","release":"true"}""", "--release is '\"true\"': write true or false.")]
    [InlineData("evidence-list", """{"device":["cam-99"]}""", "--device is '[\"cam-99\"]': write text, without a zero character in it.")]
    [InlineData("evidence-list", """{"limit":"x"}""", "--limit is '\"x\"': write a whole number from -9007199254740991 to 9007199254740991.")]
    [InlineData("evidence-list", """{"devices":"camera-01"}""", "'devices' is no command or option here: see how it is written.")]
    [InlineData("evidence-tag", """{"rows":[{"index":1,"case":"A"},{"index":2,"case":7}]}""", "line 2: --case is '7': write text, without a zero character in it.")]
    [InlineData("device-add", """{"id":"camera-02","profile":"camera-mqtt","values":{"keeper":5}}""", "--keeper is '5': write text, without a zero character in it.")]
    public async Task The_refusal_names_the_option_the_value_and_the_remedy(string command, string arguments, string told) =>
        Assert.Equal(told, await RefusedAsync(command, JsonNode.Parse(arguments)!.AsObject(), arguments));

    [Theory]
    [InlineData("evidence-export-open", "software")]
    [InlineData("evidence-export-open", "reason")]
    [InlineData("evidence-hold", "case")]
    [InlineData("device-add", "id")]
    public async Task A_text_that_no_entry_has_room_for_is_refused(string command, string name)
    {
        var arguments = Valid(command);
        arguments[name] = new string('x', 100_000);

        await RefusedAsync(command, arguments, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_null_is_not_given(string command)
    {
        foreach (var argument in CommandSignatures.All[command])
        {
            if (await Record.ExceptionAsync(() => _desk.AskAsync(command, new JsonObject { [argument.Name] = null })) is { } e) Assert.DoesNotContain("null", Assert.IsType<GatewayException>(e).Message, StringComparison.Ordinal);
        }
    }

    async Task<string> RefusedAsync(string command, JsonObject arguments, string what)
    {
        var refused = await Record.ExceptionAsync(() => _desk.AskAsync(command, arguments));
        Assert.True(refused is GatewayException { ExitCode: 2 }, $"{command} with {what}: {refused?.ToString() ?? "done"}");
        return refused!.Message;
    }

    JsonObject Valid(string command) => command switch
    {
        "evidence-show" or "evidence-history" or "evidence-export-entry" or "ledger-prove" => new() { ["index"] = _item },
        "evidence-review" => new() { ["rows"] = CustodyDesk.Rows([_item], ("result", "passed"), ("reason", "r")) },
        "evidence-tag" => new() { ["rows"] = CustodyDesk.Rows([_item], ("case", "77")) },
        "evidence-hold" => new() { ["case"] = "77", ["reason"] = "r" },
        "evidence-erase" => new() { ["indices"] = new JsonArray(_item), ["reason"] = "r" },
        "evidence-move" => new() { ["indices"] = new JsonArray(_item), ["medium"] = "HD-1", ["to"] = new JsonArray(_desk["a"], _desk["b"]) },
        "evidence-export-open" => new() { ["items"] = new JsonArray(_item), ["case"] = "77", ["reason"] = "r", ["format"] = 2, ["software"] = "test" },
        "evidence-export-seal" => new() { ["items"] = new JsonArray(_item), ["records"] = new JsonArray(0), ["manifest"] = new string('a', 64) },
        "device-add" => new() { ["id"] = "camera-02", ["profile"] = "camera-mqtt" },
        "device-show" or "device-credential" => new() { ["id"] = "camera-01" },
        "device-hj212" => new() { ["id"] = "camera-01", ["request"] = "get-time" },
        "clock-confirm" => new() { ["reason"] = "r" },
        _ => [],
    };

    /// <summary>An empty list is one of anything, and an object without members one of texts.</summary>
    static bool Takes(CommandArgument argument, string sample) => argument.Type switch
    {
        ArgumentType.Text => sample is "\"yes\"",
        ArgumentType.Number => sample is "3",
        ArgumentType.ItemIndex => sample is "3" or "\"yes\"",
        ArgumentType.Flag => sample is "true",
        ArgumentType.NumberList => sample is "[]" or "[3]",
        ArgumentType.TextList => sample is "[]" or "[\"3\"]",
        ArgumentType.Fields => sample is "{}",
        ArgumentType.Rows => sample is "[]" or "[{}]",
        _ => false,
    };
}
