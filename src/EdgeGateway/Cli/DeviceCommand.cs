using System.CommandLine;
using System.Text.Json.Nodes;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw device add · list · show · credential</c>.</summary>
static class DeviceCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("device", "The registry of devices.")
    {
        Add(settings), List(settings), Show(settings), Credential(settings),
    };

    static Command Add(IReadOnlyList<string> settings)
    {
        var id = new Option<string>("--id") { Required = true, Description = "The device's name: lower-case letters, digits and hyphens." };
        var profile = new Option<string>("--profile") { Required = true, Description = "Its type: 'edgegw profile list' names them." };
        var line = new Option<string?>("--line") { Description = "The serial line it is on, e.g. /dev/serial/by-id/….", HelpName = "PATH" };
        var mn = new Option<string?>("--mn") { Description = "The HJ 212 device number in its frames.", HelpName = "MN" };
        var command = new Command("add", "Register a device; prints its secret, once. Registry fields follow as --FIELD VALUE.") { id, profile, line, mn };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TryReadFields(parsed.UnmatchedTokens, out var values, out var error))
            {
                await Console.Error.WriteLineAsync($"edgegw: {error}");
                return 2;
            }

            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options, mayCreate: true);
            var answer = await link.CallAsync("device-add", new JsonObject
            {
                ["id"] = parsed.GetValue(id),
                ["profile"] = parsed.GetValue(profile),
                ["line"] = parsed.GetValue(line),
                ["mn"] = parsed.GetValue(mn),
                ["values"] = values,
            }, cancellationToken);
            ShowWithSecret(answer, options);
            return 0;
        });
        return command;
    }

    static Command List(IReadOnlyList<string> settings)
    {
        var command = new Command("list", "The registered devices.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("device-list", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Table(Console.Out, answer.AsArray(), "id", "profile", "line", "mn", "addedAt");
            return 0;
        });
        return command;
    }

    static Command Show(IReadOnlyList<string> settings)
    {
        var id = new Argument<string>("ID");
        var command = new Command("show", "One device.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("device-show", new JsonObject { ["id"] = parsed.GetValue(id) }, cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, answer.AsObject());
            return 0;
        });
        return command;
    }

    static Command Credential(IReadOnlyList<string> settings)
    {
        var id = new Argument<string>("ID");
        var command = new Command("credential", "Give a device a new secret; prints it, once. The old one is dead.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            ShowWithSecret(
                await link.CallAsync("device-credential", new JsonObject { ["id"] = parsed.GetValue(id) }, cancellationToken), options);
            return 0;
        });
        return command;
    }

    static void ShowWithSecret(JsonNode answer, CommandLine options)
    {
        if (options.Json) Output.Json(Console.Out, answer);
        else Output.Fields(Console.Out, answer.AsObject());
        if (!options.Json && answer["secret"] is not null) Console.Error.WriteLine("Keep the secret: it is not shown again.");
    }

    static bool TryReadFields(IReadOnlyList<string> tokens, out JsonObject values, out string error)
    {
        values = [];
        error = "";
        for (var i = 0; i < tokens.Count; i++)
        {
            var name = tokens[i];
            var equals = name.IndexOf('=');
            if (!name.StartsWith("--", StringComparison.Ordinal) || (equals < 0 && i + 1 == tokens.Count))
            {
                error = $"'{name}' is not understood: registry fields are given as --FIELD VALUE.";
                return false;
            }

            if (equals > 0) values[name[2..equals]] = name[(equals + 1)..];
            else values[name[2..]] = tokens[++i];
        }

        return true;
    }
}
