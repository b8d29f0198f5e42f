using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Custody;
using EdgeGateway.Export;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence export</c>: a bag that others check without this program.</summary>
static class EvidenceExportCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var items = Values.Indices(ArgumentArity.OneOrMore);
        var target = Values.OutputDirectory("--out");
        target.Required = true;
        var caseNumber = Values.Text("--case");
        (caseNumber.Required, caseNumber.HelpName) = (true, "TEXT");
        var reason = Values.Reason();
        var by = Values.By();
        var mediumPath = Values.Medium("--medium-path");
        var rehearsal = new Option<bool>("--dry-run");
        var log = Values.Log();
        var command = new Command("export") { items, target, caseNumber, reason, by, mediumPath, rehearsal, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var texts = TextTable.Of("Export");
            var media = new ObjectPlaces(Path.GetFullPath(options.Data), parsed.GetValue(mediumPath));
            var request = new ExportRequest(
                IndexRange.Parse(parsed.GetValue(items)!, ExportCommands.MaximumItems), parsed.GetValue(target)!, parsed.GetValue(caseNumber)!,
                parsed.GetValue(reason)!, parsed.GetValue(by), parsed.GetValue(rehearsal))
            {
                Log = parsed.GetValue(log),
            };
            await using var link = await GatewayLink.OpenAsync(options);
            var outcome = await new EvidenceExport(new ExportSource(link, media, cancellationToken), request, Progress(), cancellationToken).RunAsync();
            if (options.Json) Output.Json(Console.Out, ToJson(outcome, texts));
            else Show(outcome, texts);
            return 0;
        });
        return command;
    }

    static void Show(ExportOutcome outcome, TextTable texts)
    {
        foreach (var (path, size) in outcome.Files) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size,12}  {path}"));
        if (ItemTexts.Warning(outcome.Items, texts) is { } warning) Console.Out.WriteLine(warning);
        Console.Out.WriteLine(outcome.TagManifest is { } manifest
            ? texts.Format("console.done", outcome.Path, manifest, string.Join(", ", outcome.Custody))
            : texts.Format("console.rehearsal", outcome.Path));
    }

    internal static JsonObject ToJson(ExportOutcome outcome, TextTable texts) => new()
    {
        ["path"] = outcome.Path,
        ["dryRun"] = outcome.TagManifest is null,
        ["items"] = new JsonArray([.. outcome.Items.Select(item => (JsonNode)new JsonObject
        {
            ["index"] = item.Index,
            ["leafHash"] = item.LeafHash.ToString(),
            ["file"] = item.File,
            ["size"] = item.Size,
            ["sha256"] = item.Digests?.Sha256.ToString(),
            ["sm3"] = item.Digests?.Sm3.ToString(),
            ["sm3Sealed"] = item.Digests?.IsSm3Sealed,
            ["review"] = item.Review switch { ReviewState.Passed => "passed", ReviewState.Failed => "failed", _ => "none" },
            ["notBefore"] = CommandArguments.Text(item.NotBefore),
            ["notAfter"] = CommandArguments.Text(item.NotAfter),
            ["cosigners"] = new JsonArray([.. item.Witnessed.Cosigners.Select(cosigner => (JsonNode)new JsonObject
            {
                ["name"] = cosigner.Key.Name,
                ["operator"] = cosigner.Operator,
                ["otherAdministration"] = cosigner.IsOtherAdministration,
            })]),
            ["quorumMet"] = item.Witnessed is { HasQuorum: true, Cosigners.Count: 0 } ? null : item.Witnessed.HasQuorum,
            ["selfAttestedOnly"] = item.Witnessed.IsSelfAttestedOnly,
            ["erased"] = item.IsErased,
        })]),
        ["files"] = new JsonArray([.. outcome.Files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["size"] = file.Size })]),
        ["warning"] = ItemTexts.Warning(outcome.Items, texts),
        ["tagManifest"] = outcome.TagManifest?.ToString(),
        ["custody"] = new JsonArray([.. outcome.Custody.Select(index => (JsonNode)index)]),
    };

    /// <summary>A line that changes on a terminal, for media that take longer than a moment; nothing in a script.</summary>
    static Action<string, long> Progress()
    {
        const long Step = 64L << 20;
        var shown = 0L;
        return (file, bytes) =>
        {
            if (Console.IsErrorRedirected || bytes / Step == shown || bytes < Step) return;
            shown = bytes / Step;
            Console.Error.Write($"\r{file}: {bytes >> 20} MiB  ");
        };
    }
}
