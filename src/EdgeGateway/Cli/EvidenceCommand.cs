using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence</c>: <c>list · show</c>, and what is done with items.</summary>
static class EvidenceCommand
{
    static readonly string[] Columns = ["index", "device", "kind", "message", "contentType", "size", "sealedAt", "review", "case", "trust", ProvenTime.Field, "sha256"];

    public static Command Create(IReadOnlyList<string> settings) => new("evidence")
    {
        List(settings),
        Show(settings),
        EvidenceExportCommand.Create(settings),
        EvidenceVerifyCommand.Create(settings),
        EvidenceReviewCommand.Create(settings),
        EvidenceFilingCommand.Tag(settings),
        EvidenceFilingCommand.Hold(settings, release: false),
        EvidenceFilingCommand.Hold(settings, release: true),
        EvidenceFilingCommand.Holds(settings),
        EvidenceFilingCommand.History(settings),
        EvidenceRetentionCommand.Due(settings),
        EvidenceRetentionCommand.Erase(settings),
        EvidenceRetentionCommand.Move(settings),
    };

    static Command List(IReadOnlyList<string> settings)
    {
        var device = DeviceCommand.Id("--device");
        var kind = Values.OneOf("--kind", "evidence", "quarantine");
        var from = Values.Time("--from");
        var to = Values.Time("--to");
        var named = Values.Text("--case");
        var officer = Values.Text("--officer");
        var review = Values.OneOf("--review", "pending", "passed", "failed", "overdue");
        var tag = Values.OneOf("--tag", "yes", "no");
        var trust = Values.OneOf("--trust", "sealed", "timestamped", "witnessed", "lapsed");
        var after = Values.Number("--after", 0, "INDEX");
        var limit = Values.Number("--limit", 1, "N");
        var log = Values.Log();
        var command = new Command("list") { device, kind, from, to, named, officer, review, tag, trust, after, limit, log };
        command.SetAction((parsed, cancellationToken) =>
        {
            var query = new JsonObject
            {
                ["device"] = parsed.GetValue(device),
                ["kind"] = parsed.GetValue(kind),
                ["from"] = parsed.GetValue(from),
                ["to"] = parsed.GetValue(to),
                ["case"] = parsed.GetValue(named),
                ["officer"] = parsed.GetValue(officer),
                ["review"] = parsed.GetValue(review),
                ["tag"] = parsed.GetValue(tag),
                ["trust"] = parsed.GetValue(trust),
            };
            return ListAsync(CommandLine.Of(parsed, settings), query, parsed.GetValue(log), parsed.GetValue(limit), parsed.GetValue(after), cancellationToken);
        });
        return command;
    }

    /// <summary>Prints all that the query finds, or so many, log by log and page by page.</summary>
    /// <param name="log">Of this log only; null for all, unless an index to go on behind is given.</param>
    public static async Task<int> ListAsync(CommandLine options, JsonObject query, string? log, long? limit, long? after, CancellationToken cancellationToken)
    {
        await using var link = await GatewayLink.OpenAsync(options);
        var rows = new JsonArray();
        foreach (var origin in await LogsAsync(link, log, after, cancellationToken))
        {
            query["log"] = origin;
            await AddRowsAsync(link, query, after ?? -1, limit ?? long.MaxValue, rows, cancellationToken);
        }

        if (options.Json)
        {
            Output.Json(Console.Out, rows);
            return 0;
        }

        Output.Table(Console.Out, options.Site, ProvenTime.AddTo(rows, options.Site), [.. await WithLogAsync(link, "origin", cancellationToken), .. Columns, .. Output.Filled(rows, "flags")]);
        return 0;
    }

    /// <summary>The column of a log's name, where there are several logs: an index alone does not say which entry it is then.</summary>
    public static async Task<string[]> WithLogAsync(GatewayLink link, string column, CancellationToken cancellationToken) =>
        (await link.CallAsync("ledger-status", [], cancellationToken))["closed"]!.AsArray().Count > 0 ? [column] : [];

    /// <summary>The names of the logs to ask, null for the one that is written. An index to go on behind is one of that log, unless another is named.</summary>
    public static async Task<IReadOnlyList<string?>> LogsAsync(GatewayLink link, string? only, long? after, CancellationToken cancellationToken)
    {
        if (only is not null || after is not null) return [only];
        var status = await link.CallAsync("ledger-status", [], cancellationToken);
        return [.. status["closed"]!.AsArray().Select(log => log!["origin"]?.GetValue<string>()
            ?? throw Failure.Of("log.damaged-listed", log["shard"], log["error"])), null];
    }

    static async Task AddRowsAsync(GatewayLink link, JsonObject query, long position, long wanted, JsonArray rows, CancellationToken cancellationToken)
    {
        while (rows.Count < wanted)
        {
            var page = Math.Min(wanted - rows.Count, 10_000);
            query["after"] = position;
            query["limit"] = page;
            var answer = (await link.CallAsync("evidence-list", query, cancellationToken)).AsArray();
            var count = answer.Count;
            while (answer.Count > 0)
            {
                var row = answer[0]!;
                answer.RemoveAt(0);
                rows.Add(row);
                position = row["index"]!.GetValue<long>();
            }

            if (count < page) return;
        }
    }

    static Command Show(IReadOnlyList<string> settings)
    {
        var index = Values.Index();
        var raw = Values.NewFile("--raw");
        var mediumPath = Values.Medium("--medium-path");
        var log = Values.Log();
        var command = new Command("show") { index, raw, mediumPath, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var arguments = new JsonObject { ["index"] = parsed.GetValue(index), ["log"] = parsed.GetValue(log) };
            var file = parsed.GetValue(raw);
            if (file is not null) arguments["include"] = "bytes";
            var answer = (await link.CallAsync("evidence-show", arguments, cancellationToken)).AsObject();
            if (file is not null)
            {
                await WriteBytesAsync(answer, parsed.GetValue(mediumPath) ?? Path.Combine(options.Data, "objects"), file, cancellationToken);
                answer.Remove("bytes");
            }

            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, options.Site, ProvenTime.AddTo(answer, options.Site));

            return 0;
        });
        return command;
    }

    /// <summary>Small ones came with the answer; a large object is copied, and hashed on the way.</summary>
    static async Task WriteBytesAsync(JsonObject answer, string objects, string file, CancellationToken cancellationToken)
    {
        if (answer["bytes"]?.GetValue<string>() is { } bytes)
        {
            await using var small = new FileStream(file, FileMode.CreateNew);
            await small.WriteAsync(Convert.FromBase64String(bytes), cancellationToken);
            return;
        }

        if (answer["object"]?.GetValue<string>() is not { } name)
        {
            throw Failure.Of(answer["erased"] is null ? "raw.no-evidence" : "raw.erased", answer["index"]);
        }

        var source = Path.Combine(objects, "sha256", name[..2], name[2..4], name);
        if (!File.Exists(source))
        {
            throw answer["medium"]?.GetValue<string>() is { } medium
                ? Failure.Of("raw.on-medium", answer["index"], Evidence.DisplayText.Of(medium), source)
                : Failure.Of("raw.missing", answer["index"], source);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        await using (var from = File.OpenRead(source))
        await using (var to = new FileStream(file, FileMode.CreateNew))
        {
            for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) == name) return;
        File.Delete(file);
        throw Failure.Of("raw.changed", answer["index"], source);
    }
}
