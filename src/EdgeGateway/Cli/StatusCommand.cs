using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;
using Spectre.Console;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw status [--watch]</c>: what the gateway does right now, in one look.</summary>
static class StatusCommand
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static Command Create(IReadOnlyList<string> settings)
    {
        var watch = new Option<bool>("--watch");
        var command = new Command("status") { watch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var status = await link.CallAsync("status", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, status);
            else if (!parsed.GetValue(watch)) Output.Fields(Console.Out, options.Site, status.AsObject());
            else await WatchAsync(link, options.Site, status, cancellationToken);
            return 0;
        });
        return command;
    }

    static async Task WatchAsync(GatewayLink link, SiteTime site, JsonNode first, CancellationToken cancellationToken)
    {
        var before = first;
        using var timer = new PeriodicTimer(Every);
        var console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            await WatchLinesAsync(link, site, before, timer, cancellationToken);
            return;
        }

        await console.Live(TableOf(site, first, before)).StartAsync(async context =>
        {
            while (await NextAsync(timer, cancellationToken))
            {
                var now = await link.CallAsync("status", [], cancellationToken);
                context.UpdateTarget(TableOf(site, now, before));
                before = now;
            }
        });
    }

    /// <summary>Where nobody can redraw (a log, a pipe): one line a look.</summary>
    static async Task WatchLinesAsync(GatewayLink link, SiteTime site, JsonNode before, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        while (await NextAsync(timer, cancellationToken))
        {
            var now = await link.CallAsync("status", [], cancellationToken);
            Console.Out.WriteLine(string.Join("  ", Rows(site, now, before).Select(row => $"{row.Name}: {row.Value}")));
            before = now;
        }
    }

    static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    static Table TableOf(SiteTime site, JsonNode now, JsonNode before)
    {
        var table = new Table().HideHeaders().AddColumns("", "").Title(Markup.Escape(Text(now, "origin")));
        foreach (var (name, value) in Rows(site, now, before)) table.AddRow(Markup.Escape(name), Markup.Escape(value));
        return table;
    }

    static IEnumerable<(string Name, string Value)> Rows(SiteTime site, JsonNode now, JsonNode before)
    {
        yield return (Words.Field("devices"), Said.Of("status.devices", Number(now, "devices"), Number(now, "connections")));
        yield return (Words.Field("size"), Said.Of("status.sealed", Number(now, "size"), Math.Max(0, Number(now, "size") - Number(before, "size"))));
        yield return (Words.Field("ledgerBytes"), Said.Of("status.disk", Number(now, "ledgerBytes") / 1e6));
        yield return (Words.Field("checkpoint"), now["checkpoint"] is JsonObject checkpoint ? Said.Of("status.checkpoint", checkpoint["size"], site.Show(Text(checkpoint, "signedAt"))) : Said.Of("status.none"));
        yield return (Words.Field("acknowledgement"), now["acknowledgement"] is JsonObject latency && latency["count"]?.GetValue<long>() > 0
            ? Said.Of("status.latency", latency["p50Ms"], latency["p99Ms"], latency["count"])
            : Said.Of("status.none"));
        yield return (Words.Field("views.behind"), Said.Of("status.behind", Number(now["views"]!, "behind")));
    }

    static long Number(JsonNode node, string name) => node[name]?.GetValue<long>() ?? 0;

    static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "-";
}
