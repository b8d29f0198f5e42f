using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence</c>: <c>list · show</c>, and what is done with items.</summary>
static class EvidenceCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("evidence", "What was sealed, and what became of it.")
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
        var device = new Option<string?>("--device") { Description = "Of this device only.", HelpName = "ID" };
        var kind = new Option<string?>("--kind") { Description = "evidence or quarantine; both if not given." };
        var from = new Option<string?>("--from") { Description = "Captured (else received) at or after this time.", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Captured (else received) before this time.", HelpName = "TIME" };
        var named = new Option<string?>("--case") { Description = "Of this case (案号) only.", HelpName = "TEXT" };
        var officer = new Option<string?>("--officer") { Description = "Of this officer only.", HelpName = "TEXT" };
        var review = new Option<string?>("--review") { Description = "pending, passed, failed or overdue." };
        var tag = new Option<string?>("--tag") { Description = "yes: those that have a case; no: those that have none." };
        var trust = new Option<string?>("--trust") { Description = "sealed, timestamped, witnessed or lapsed; all if not given.", HelpName = "STATE" };
        var after = new Option<long?>("--after") { Description = "Entries behind this index: the last one of the page before.", HelpName = "INDEX" };
        var limit = new Option<int?>("--limit") { Description = "At most so many; without it all of them.", HelpName = "N" };
        var log = LedgerCommand.LogOption();
        log.Description = "Only of the log of this name; else of all, the closed ones first.";
        var command = new Command("list", "Evidence and refused messages, in the order of the ledger.") { device, kind, from, to, named, officer, review, tag, trust, after, limit, log };
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
    public static async Task<int> ListAsync(CommandLine options, JsonObject query, string? log, int? limit, long? after, CancellationToken cancellationToken)
    {
        await using var link = await GatewayLink.OpenAsync(options);
        var rows = new JsonArray();
        foreach (var origin in await LogsAsync(link, log, after, cancellationToken))
        {
            query["log"] = origin;
            await AddRowsAsync(link, query, after ?? -1, limit ?? int.MaxValue, rows, cancellationToken);
        }

        if (options.Json)
        {
            Output.Json(Console.Out, rows);
            return 0;
        }

        foreach (var row in rows) ShowReview(row!.AsObject());
        Output.Table(Console.Out, ProvenTime.AddTo(rows), Columns(rows));
        return 0;
    }

    /// <summary>A name says where an index is only where there are several logs.</summary>
    static string[] Columns(JsonArray rows)
    {
        string[] columns = ["index", "device", "kind", "message", "contentType", "size", "sealedAt", "review", "case", "trust", ProvenTime.Field, "sha256"];
        return [.. WithLog(rows, "origin"), .. columns];
    }

    /// <summary>The column of the log's name, where rows have several.</summary>
    public static string[] WithLog(JsonArray rows, string column) =>
        rows.Select(row => row![column]!.GetValue<string>()).Distinct().Skip(1).Any() ? [column] : [];

    /// <summary>The names of the logs to ask, null for the one that is written. An index to go on behind is one of that log, unless another is named.</summary>
    public static async Task<IReadOnlyList<string?>> LogsAsync(GatewayLink link, string? only, long? after, CancellationToken cancellationToken)
    {
        if (only is not null || after is not null) return [only];
        var status = await link.CallAsync("ledger-status", [], cancellationToken);
        return [.. status["closed"]!.AsArray().Select(log => log!["origin"]?.GetValue<string>()
            ?? throw new GatewayException($"The closed log logs/{log["shard"]} can't be read: {log["error"]} List the others with --log ORIGIN.")), null];
    }

    static async Task AddRowsAsync(GatewayLink link, JsonObject query, long position, int wanted, JsonArray rows, CancellationToken cancellationToken)
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

    /// <summary>As the law calls it, for people.</summary>
    static void ShowReview(JsonObject item)
    {
        if (item["review"]?.GetValue<string>() is { } review) item["review"] = review switch { "pending" => "待审核", "passed" => "通过", _ => "不通过" };
    }

    static Command Show(IReadOnlyList<string> settings)
    {
        var index = new Argument<long>("INDEX");
        var raw = new Option<string?>("--raw") { Description = "Write the sealed bytes into this new file.", HelpName = "FILE" };
        var mediumPath = new Option<string?>("--medium-path") { Description = "Where the medium is mounted that an object was moved to.", HelpName = "DIR" };
        var log = LedgerCommand.LogOption();
        var command = new Command("show", "One entry: its leaf, its private part and what its bytes say. That it was looked at is sealed.") { index, raw, mediumPath, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var arguments = new JsonObject { ["index"] = parsed.GetValue(index), ["log"] = parsed.GetValue(log) };
            var file = parsed.GetValue(raw);
            if (File.Exists(file)) throw new GatewayException($"'{file}' is there already: --raw writes a new file. Give another name.", exitCode: 2);
            if (file is not null) arguments["include"] = "bytes";
            var answer = (await link.CallAsync("evidence-show", arguments, cancellationToken)).AsObject();
            if (file is not null)
            {
                await WriteBytesAsync(answer, parsed.GetValue(mediumPath) ?? Path.Combine(options.Data, "objects"), file, cancellationToken);
                answer.Remove("bytes");
            }

            if (options.Json) Output.Json(Console.Out, answer);
            else
            {
                ShowReview(answer);
                Output.Fields(Console.Out, ProvenTime.AddTo(answer));
            }

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
            throw new GatewayException($"Entry {answer["index"]} has no bytes to write: {(answer["erased"] is null ? "it is not evidence" : "they were erased")}.");
        }

        var source = Path.Combine(objects, "sha256", name[..2], name[2..4], name);
        if (!File.Exists(source))
        {
            throw new GatewayException(answer["medium"]?.GetValue<string>() is { } medium
                ? $"The object of entry {answer["index"]} is on medium {Evidence.DisplayText.Of(medium)}, and not in '{source}': mount it and give --medium-path."
                : $"The object of entry {answer["index"]} is missing: '{source}'. Restore it from a backup.");
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
        throw new GatewayException($"The object of entry {answer["index"]} is not what was sealed: '{source}' has another digest. Restore it from a backup.");
    }
}
