using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Capture;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw profile test PROFILE CAPTURE</c>: what a profile understands of captured bytes.</summary>
static class ProfileTest
{
    const int MaximumText = 300;

    public static Command Create(IReadOnlyList<string> settings)
    {
        var profile = new Argument<string>("PROFILE");
        var capture = Values.ExistingFile("CAPTURE");
        var command = new Command("test") { profile, capture };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var tested = Find(parsed.GetValue(profile)!, GatewaySettings.Read(options.Configuration).Gateway.Profiles);
            return Task.FromResult(Run(options, tested, parsed.GetValue(capture)!, cancellationToken));
        });
        return command;
    }

    static int Run(CommandLine options, DeviceProfile profile, string path, CancellationToken cancellationToken)
    {
        var pieces = new List<ReplayedPiece>();
        using var file = File.OpenRead(path);
        if (file.Length > WireCapture.MaximumBytes) throw Failure.Of("profile.capture-large", path, file.Length, WireCapture.MaximumBytes);
        try
        {
            foreach (var piece in CaptureReplay.Run(profile, file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                pieces.Add(piece);
                if (!options.Json) Show(options, piece);
            }
        }
        catch (FormatException e)
        {
            throw Failure.Of("profile.no-capture", path, profile.Id, DisplayText.Of(e.Message, MaximumText));
        }

        var understood = pieces.Count(piece => piece.Verdict == ReplayVerdict.Understood);
        if (options.Json) Output.Json(Console.Out, ToJson(profile, pieces, understood));
        else Console.Out.WriteLine(Said.Of("profile.tested", profile.Id, profile.Revision, understood, pieces.Count));
        return pieces.Count > 0 && understood == pieces.Count ? 0 : 1;
    }

    /// <summary>By its file where there is one of that name, else by its id among those of the settings.</summary>
    static DeviceProfile Find(string name, string folder)
    {
        var path = File.Exists(name) ? name : Path.Combine(folder, $"{name}.yaml");
        if (!File.Exists(path)) throw Failure.Usage("usage.value", "PROFILE", DisplayText.Of(name), Said.Of("device.no-profile"));
        var reading = ProfileCatalog.ReadFile(path);
        return reading.Errors.Count == 0 ? reading.Profile! : throw Failure.Of("profiles.wrong", string.Join('\n', reading.Errors.Select(error => $"{path}: {error}")));
    }

    static void Show(CommandLine options, ReplayedPiece piece)
    {
        var facts = new List<string> { piece.At.ToString(System.Globalization.CultureInfo.InvariantCulture), Words.Value("verdict", VerdictOf(piece)) };
        if (piece.Rule is { } rule) facts.Add($"{rule.Name} ({Words.Value("class", rule.Class.ToString().ToLowerInvariant())})");
        if (piece.Interpretation.CapturedAtUtc is { } at) facts.Add($"{Words.Field("capturedAt")} {options.Site.Show(LedgerTime.Format(at))}");
        if (piece.Interpretation.EventId is { } eventId) facts.Add($"{Words.Field("eventId")} {eventId}");
        Console.Out.WriteLine(DisplayText.Of(string.Join("  ", facts), MaximumText));
        Console.Out.WriteLine($"    {DisplayText.Of(piece.Text.TrimEnd(), MaximumText)}");
        foreach (var (name, value) in piece.Interpretation.Fields) Console.Out.WriteLine($"    {name} = {DisplayText.Of(value, MaximumText)}");
    }

    static JsonObject ToJson(DeviceProfile profile, IReadOnlyList<ReplayedPiece> pieces, int understood) => new()
    {
        ["profile"] = profile.Id,
        ["revision"] = profile.Revision,
        ["understood"] = understood,
        ["pieces"] = new JsonArray([.. pieces.Select(piece => (JsonNode)new JsonObject
        {
            ["at"] = piece.At,
            ["bytes"] = piece.Bytes,
            ["verdict"] = VerdictOf(piece),
            ["message"] = piece.Rule?.Name,
            ["class"] = piece.Rule?.Class.ToString().ToLowerInvariant(),
            ["capturedAt"] = piece.Interpretation.CapturedAtUtc is { } at ? LedgerTime.Format(at) : null,
            ["eventId"] = piece.Interpretation.EventId,
            ["fields"] = new JsonObject(piece.Interpretation.Fields.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["values"] = new JsonArray([.. piece.Values.Select(value => (JsonNode)new JsonObject { ["name"] = value.Key, ["value"] = value.Value })]),
            ["text"] = piece.Text,
        })]),
    };

    static string VerdictOf(ReplayedPiece piece) => piece.Verdict switch
    {
        ReplayVerdict.Understood => "understood",
        ReplayVerdict.Unreadable => "unreadable",
        ReplayVerdict.Oversized => "oversized",
        ReplayVerdict.NoRule => "no-rule",
        ReplayVerdict.Malformed => "malformed",
        ReplayVerdict.WrongCrc => "wrong-crc",
        _ => "noise",
    };
}
