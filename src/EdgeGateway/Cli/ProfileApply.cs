using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw profile apply</c>: the edited profiles, in force in the gateway that runs.</summary>
static class ProfileApply
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var dryRun = new Option<bool>("--dry-run");
        var command = new Command("apply") { dryRun };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.ToRunningAsync(options.Data);
            if (link is null)
            {
                // Read all the same: the next start would stop at what is wrong.
                GatewayData.LoadProfiles(GatewaySettings.Read(options.Configuration).Gateway.Profiles);
                throw Failure.Of("profile.no-gateway", options.Data);
            }

            var isDry = parsed.GetValue(dryRun);
            var answer = (await link.CallAsync("profile-apply", new JsonObject { ["dryRun"] = isDry }, cancellationToken)).AsObject();
            if (options.Json) Output.Json(Console.Out, answer);
            else Show(options, answer, isDry);
            return 0;
        });
        return command;
    }

    static void Show(CommandLine options, JsonObject answer, bool isDry)
    {
        var profiles = answer["profiles"]!.AsArray();
        if (profiles.Count == 0)
        {
            Console.Out.WriteLine(Said.Of("profile.same"));
            return;
        }

        Output.Table(Console.Out, options.Site, profiles, "id", "change", "revisionBefore", "revision");
        foreach (var profile in profiles.Where(profile => profile!["keepsRevision"]!.GetValue<bool>()))
        {
            Console.Out.WriteLine(Said.Of("profile.keeps-revision", profile!["id"], profile["revision"]));
        }

        if (answer["devices"]!.AsArray() is { Count: > 0 } devices) Output.Table(Console.Out, options.Site, devices, "device", "profile", "effect");
        Console.Out.WriteLine(Said.Of("profile.unaffected", answer["unaffected"]));
        Console.Out.WriteLine(isDry ? Said.Of("profile.dry-run") : Said.Of("profile.applied", answer["index"]));
    }
}
