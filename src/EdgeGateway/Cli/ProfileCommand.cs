using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Profiles;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw profile list · validate · test · apply</c>: all but the last read files only, whether or not a gateway runs.</summary>
static class ProfileCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("profile")
    {
        List(settings), Validate(settings), ProfileTest.Create(settings), ProfileApply.Create(settings),
    };

    static Command List(IReadOnlyList<string> settings)
    {
        var command = new Command("list");
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var reading = ProfileCatalog.Load(GatewaySettings.Read(options.Configuration).Gateway.Profiles);
            var rows = new JsonArray([.. reading.Catalog.All.Select(profile => (JsonNode)ToJson(profile))]);
            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, options.Site, rows, "id", "revision", "wire", "title", "sha256");
            foreach (var error in reading.Errors) Console.Error.WriteLine($"edgegw: {DisplayText.Of(error.ToString(), 1000)}");
            return Task.FromResult(reading.Errors.Count == 0 ? 0 : 1);
        });
        return command;
    }

    static Command Validate(IReadOnlyList<string> settings)
    {
        var files = Values.ExistingFiles("FILE");
        var command = new Command("validate") { files };
        command.SetAction((parsed, _) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var readings = parsed.GetValue(files)!.Select(file => (File: file, Reading: Read(file))).ToList();
            if (options.Json) Output.Json(Console.Out, new JsonArray([.. readings.Select(pair => (JsonNode)ToJson(pair.File, pair.Reading))]));
            else foreach (var (file, reading) in readings) Show(file, reading);
            return Task.FromResult(readings.All(pair => pair.Reading.Profile is not null && pair.Reading.Errors.Count == 0) ? 0 : 1);
        });
        return command;
    }

    static ProfileReading Read(string file)
    {
        try
        {
            return ProfileCatalog.ReadFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ProfileReading(null, [new ProfileError(0, 0, Said.Of("profile.unreadable"))]);
        }
    }

    static void Show(string file, ProfileReading reading)
    {
        if (reading.Errors.Count == 0) Console.Out.WriteLine(Said.Of("profile.good", file, reading.Profile!.Id, reading.Profile.Revision));
        foreach (var error in reading.Errors) Console.Out.WriteLine($"{file}: {DisplayText.Of(error.ToString(), 1000)}");
    }

    static JsonObject ToJson(string file, ProfileReading reading) => new()
    {
        ["file"] = file,
        ["ok"] = reading.Errors.Count == 0,
        ["id"] = reading.Profile?.Id,
        ["errors"] = new JsonArray([.. reading.Errors.Select(error => (JsonNode)new JsonObject
        {
            ["line"] = error.Line,
            ["column"] = error.Column,
            ["message"] = error.Message,
        })]),
    };

    static JsonObject ToJson(DeviceProfile profile) => new()
    {
        ["id"] = profile.Id,
        ["revision"] = profile.Revision,
        ["wire"] = profile.Wire.ToString().ToLowerInvariant(),
        ["title"] = profile.Title.GetValueOrDefault("zh-CN") ?? profile.Id,
        ["titles"] = new JsonObject(profile.Title.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["messages"] = new JsonArray([.. profile.Messages.Select(message => (JsonNode)new JsonObject
        {
            ["name"] = message.Name,
            ["class"] = message.Class.ToString().ToLowerInvariant(),
            ["topic"] = message.Topic,
        })]),
        ["sha256"] = profile.Sha256.ToString(),
    };
}
