using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Registry;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw device add · list · show · credential · ca · strangers · hj212</c>.</summary>
static class DeviceCommand
{
    static readonly string[] Columns = ["id", "profile", "line", "mn", "unit", "connection", "addedAt"];

    public static Command Create(IReadOnlyList<string> settings) => new("device")
    {
        Add(settings), List(settings), Show(settings), DeviceCredential.Create(settings), DeviceAuthority.Create(settings), DeviceStrangers.Create(settings),
        DeviceHj212.Create(settings),
    };

    static Command Add(IReadOnlyList<string> settings)
    {
        var id = Id("--id");
        id.Required = true;
        var profile = Id("--profile");
        profile.Required = true;
        var line = Values.Checked("--line", text => Path.IsPathFullyQualified(text) && text.Length <= 255 ? null : Said.Of("usage.line"));
        line.HelpName = "PATH";
        var mn = Values.Checked("--mn", text => text.Length is > 0 and <= 24 && text.All(char.IsAsciiLetterOrDigit) ? null : Said.Of("usage.mn"));
        mn.HelpName = "MN";
        var unit = Values.Number("--unit", 1, "N");
        var folder = Values.Checked("--folder", text => Path.IsPathFullyQualified(text) && text.Length <= 255 ? null : Said.Of("usage.folder"));
        folder.HelpName = "PATH";
        var stream = Values.Checked("--stream", text => text.StartsWith("rtsp://", StringComparison.Ordinal) && !text.Contains('@') && text.Length <= 255 ? null : Said.Of("usage.stream"));
        stream.HelpName = "URL";
        var certificate = Values.File("--cert");
        var broker = Id("--broker");
        broker.HelpName = "NAME";
        var bench = new Option<bool>("--bench");
        var command = new Command("add") { id, profile, line, mn, unit, folder, stream, broker, certificate, bench };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var values = ReadFields(parsed.UnmatchedTokens);
            var options = CommandLine.Of(parsed, settings);
            var pinned = parsed.GetValue(certificate) is { } file ? CertificateFile.Certificate("--cert", file) : null;
            await using var link = await GatewayLink.OpenAsync(options, mayCreate: true);
            var answer = await link.CallAsync("device-add", new JsonObject
            {
                ["id"] = parsed.GetValue(id),
                ["profile"] = parsed.GetValue(profile),
                ["line"] = parsed.GetValue(line),
                ["mn"] = parsed.GetValue(mn),
                ["unit"] = parsed.GetValue(unit),
                ["folder"] = parsed.GetValue(folder),
                ["stream"] = parsed.GetValue(stream),
                ["values"] = values,
                ["certificate"] = pinned,
                ["broker"] = parsed.GetValue(broker),
                ["bench"] = parsed.GetValue(bench),
            }, cancellationToken);
            DeviceCredential.Show(answer.AsObject(), options);
            return 0;
        });
        return command;
    }

    static Command List(IReadOnlyList<string> settings)
    {
        var command = new Command("list");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("device-list", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Table(Console.Out, options.Site, answer.AsArray(), [.. Columns, .. HasBench(answer.AsArray()) ? ["bench"] : Array.Empty<string>()]);
            return 0;
        });
        return command;
    }

    static Command Show(IReadOnlyList<string> settings)
    {
        var id = new Argument<string>("ID");
        var command = new Command("show") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("device-show", new JsonObject { ["id"] = parsed.GetValue(id) }, cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, options.Site, answer.AsObject());
            return 0;
        });
        return command;
    }

    /// <summary>Ids of devices and profiles are alike.</summary>
    public static Option<string> Id(string name)
    {
        var option = Values.Checked(name, text => DeviceId.TryParse(text, out _) ? null : Said.Of("usage.id", DeviceId.MaximumLength));
        option.HelpName = "ID";
        return option;
    }

    static bool HasBench(JsonArray devices) => devices.Any(device => device!["bench"]!.GetValue<bool>());

    static JsonObject ReadFields(IReadOnlyList<string> tokens)
    {
        var values = new JsonObject();
        for (var i = 0; i < tokens.Count; i++)
        {
            var name = tokens[i];
            var equals = name.IndexOf('=');
            if (!name.StartsWith("--", StringComparison.Ordinal) || (equals < 0 && i + 1 == tokens.Count)) throw Failure.Usage("device.field-form", DisplayText.Of(name));
            var (field, value) = equals > 0 ? (name[2..equals], name[(equals + 1)..]) : (name[2..], tokens[++i]);
            if (!RegistryFields.IsField(field)) throw Failure.Usage("device.no-field", $"--{DisplayText.Of(field)}", string.Join(", ", RegistryFields.All));
            values[field] = value;
        }

        return values;
    }
}
