using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Commands;
using EdgeGateway.Evidence;
using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence export</c>: a bag that others check without this program.</summary>
static class EvidenceExportCommand
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var items = new Argument<string[]>("INDEX") { Arity = ArgumentArity.OneOrMore, Description = "Entries, or ranges as 1234-1240." };
        var target = new Option<string>("--out") { Required = true, Description = "The new folder.", HelpName = "DIR" };
        var caseNumber = new Option<string>("--case") { Required = true, Description = "The case that it is for (案号).", HelpName = "C" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why it is exported; sealed with the export.", HelpName = "R" };
        var by = new Option<string?>("--by") { Description = "On whose behalf; the account that asks is recorded all the same.", HelpName = "NAME" };
        var mediumPath = new Option<string?>("--medium-path") { Description = "Where the medium is mounted that objects were moved to.", HelpName = "DIR" };
        var rehearsal = new Option<bool>("--dry-run") { Description = "Only say what would be written; seals nothing." };
        var language = BagLanguage.Option();
        var log = LedgerCommand.LogOption();
        var command = new Command("export", "Write a BagIt bag with everything needed to check items without this program.") { items, target, caseNumber, reason, by, mediumPath, rehearsal, language, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var texts = BagLanguage.Texts("Export", parsed.GetValue(language));
            var media = new ObjectPlaces(Path.GetFullPath(options.Data), parsed.GetValue(mediumPath));
            var request = new ExportRequest(
                Indices(parsed.GetValue(items)!), parsed.GetValue(target)!, Required(parsed.GetValue(caseNumber)!, "--case"),
                Required(parsed.GetValue(reason)!, "--reason"), parsed.GetValue(by), parsed.GetValue(rehearsal))
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

    /// <exception cref="GatewayException">Not numbers, or more than an export may have.</exception>
    internal static IReadOnlyList<long> Indices(IEnumerable<string> words)
    {
        var indices = new SortedSet<long>();
        foreach (var word in words)
        {
            var dash = word.IndexOf('-');
            var (first, last) = dash < 0 ? (word, word) : (word[..dash], word[(dash + 1)..]);
            if (!long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                || !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) || to < from)
            {
                throw new GatewayException($"'{DisplayText.Of(word)}' is no entry and no range of entries: write 1234 or 1234-1240.", exitCode: 2);
            }

            if (to - from >= ExportCommands.MaximumItems) throw TooMany();
            for (var index = from; index <= to; index++) indices.Add(index);
        }

        return indices.Count <= ExportCommands.MaximumItems ? [.. indices] : throw TooMany();
    }

    static GatewayException TooMany() => new($"An export has at most {ExportCommands.MaximumItems} items: split it.", exitCode: 2);

    static string Required(string text, string option) =>
        text.Trim().Length > 0 ? text : throw new GatewayException($"{option} is empty: say it, it is sealed with the export.", exitCode: 2);

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
            ["quorumMet"] = item.Witnessed.HasQuorum,
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

/// <summary>The option <c>--lang</c>.</summary>
static class BagLanguage
{
    public static Option<string> Option()
    {
        var option = new Option<string>("--lang") { Description = "zh or en.", HelpName = "LANG", DefaultValueFactory = _ => "zh" };
        option.AcceptOnlyFromAmong("zh", "en");
        return option;
    }

    public static TextTable Texts(string area, string? language) => TextTable.Of(area, language == "en" ? Language.English : Language.Chinese);
}
