using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw status [--watch]</c>: what the gateway does right now, in one look.</summary>
static class StatusCommand
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static Command Create(IReadOnlyList<string> settings)
    {
        var watch = new Option<bool>("--watch") { Description = "Go on until interrupted, one look a second." };
        var command = new Command("status", "Devices, entries, checkpoint and acknowledgement latency, now.") { watch };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var status = await link.CallAsync("status", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, status);
            else if (!parsed.GetValue(watch)) Output.Fields(Console.Out, status.AsObject());
            else await WatchAsync(link, status, cancellationToken);
            return 0;
        });
        return command;
    }

    static async Task WatchAsync(GatewayLink link, JsonNode first, CancellationToken cancellationToken)
    {
        var before = first;
        using var timer = new PeriodicTimer(Every);
        var console = AnsiConsole.Console;
        if (!console.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            await WatchLinesAsync(link, before, timer, cancellationToken);
            return;
        }

        await console.Live(TableOf(first, before)).StartAsync(async context =>
        {
            while (await NextAsync(timer, cancellationToken))
            {
                var now = await link.CallAsync("status", [], cancellationToken);
                context.UpdateTarget(TableOf(now, before));
                before = now;
            }
        });
    }

    /// <summary>Where nobody can redraw (a log, a pipe): one line a look.</summary>
    static async Task WatchLinesAsync(GatewayLink link, JsonNode before, PeriodicTimer timer, CancellationToken cancellationToken)
    {
        while (await NextAsync(timer, cancellationToken))
        {
            var now = await link.CallAsync("status", [], cancellationToken);
            Console.Out.WriteLine(string.Join("  ", Rows(now, before).Select(row => $"{row.Name}: {row.Value}")));
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

    static Table TableOf(JsonNode now, JsonNode before)
    {
        var table = new Table().HideHeaders().AddColumns("", "").Title(Markup.Escape(Text(now, "origin")));
        foreach (var (name, value) in Rows(now, before)) table.AddRow(Markup.Escape(name), Markup.Escape(value));
        return table;
    }

    static IEnumerable<(string Name, string Value)> Rows(JsonNode now, JsonNode before)
    {
        yield return ("devices", $"{Number(now, "devices")} registered, {Number(now, "connections")} connected");
        yield return ("sealed", $"{Number(now, "size"):n0} entries, {Math.Max(0, Number(now, "size") - Number(before, "size")):n0} in the last second");
        yield return ("ledger", $"{Number(now, "ledgerBytes") / 1e6:n1} MB on disk");
        yield return ("checkpoint", now["checkpoint"] is JsonObject checkpoint ? $"{checkpoint["size"]} entries, {Text(checkpoint, "signedAt")}" : "none yet");
        yield return ("acknowledged in", now["acknowledgement"] is JsonObject latency && latency["count"]?.GetValue<long>() > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{latency["p50Ms"]} ms median, {latency["p99Ms"]} ms p99, {latency["count"]} messages")
            : "nothing acknowledged yet");
        yield return ("views behind", $"{Number(now["views"]!, "behind"):n0} entries");
    }

    static long Number(JsonNode node, string name) => node[name]?.GetValue<long>() ?? 0;

    static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "-";
}
