using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.Gateway;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw evidence list · show</c>.</summary>
static class EvidenceCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("evidence", "What was sealed.") { List(settings), Show(settings) };

    static Command List(IReadOnlyList<string> settings)
    {
        var device = new Option<string?>("--device") { Description = "Of this device only.", HelpName = "ID" };
        var kind = new Option<string?>("--kind") { Description = "evidence or quarantine; both if not given." };
        var from = new Option<string?>("--from") { Description = "Captured (else received) at or after this time.", HelpName = "TIME" };
        var to = new Option<string?>("--to") { Description = "Captured (else received) before this time.", HelpName = "TIME" };
        var after = new Option<long?>("--after") { Description = "Entries behind this index: the last one of the page before.", HelpName = "INDEX" };
        var limit = new Option<int?>("--limit") { Description = "At most so many; without it all of them.", HelpName = "N" };
        var log = LedgerCommand.LogOption();
        log.Description = "Only of the log of this name; else of all, the closed ones first.";
        var command = new Command("list", "Evidence and refused messages, in the order of the ledger.") { device, kind, from, to, after, limit, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var query = new JsonObject
            {
                ["device"] = parsed.GetValue(device),
                ["kind"] = parsed.GetValue(kind),
                ["from"] = parsed.GetValue(from),
                ["to"] = parsed.GetValue(to),
            };
            var rows = new JsonArray();
            var wanted = parsed.GetValue(limit) ?? int.MaxValue;
            foreach (var origin in await LogsAsync(link, parsed.GetValue(log), parsed.GetValue(after), cancellationToken))
            {
                query["log"] = origin;
                await AddRowsAsync(link, query, parsed.GetValue(after) ?? -1, wanted, rows, cancellationToken);
            }

            if (options.Json) Output.Json(Console.Out, rows);
            else Output.Table(Console.Out, rows, Columns(rows));
            return 0;
        });
        return command;
    }

    /// <summary>A name says where an index is only where there are several logs.</summary>
    static string[] Columns(JsonArray rows)
    {
        string[] columns = ["index", "device", "kind", "message", "contentType", "size", "sealedAt", "sha256"];
        return rows.Select(row => row!["origin"]!.GetValue<string>()).Distinct().Skip(1).Any() ? ["origin", .. columns] : columns;
    }

    /// <summary>An index to go on behind is one of the log that is written, unless another is named.</summary>
    static async Task<IReadOnlyList<string?>> LogsAsync(GatewayLink link, string? only, long? after, CancellationToken cancellationToken)
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

    static Command Show(IReadOnlyList<string> settings)
    {
        var index = new Argument<long>("INDEX");
        var raw = new Option<string?>("--raw") { Description = "Write the sealed bytes into this new file.", HelpName = "FILE" };
        var log = LedgerCommand.LogOption();
        var command = new Command("show", "One entry: its leaf, its private part and what its bytes say.") { index, raw, log };
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
                await WriteBytesAsync(answer, options, file, cancellationToken);
                answer.Remove("bytes");
            }

            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, answer);
            return 0;
        });
        return command;
    }

    /// <summary>Small ones came with the answer; a large object is copied, and hashed on the way.</summary>
    static async Task WriteBytesAsync(JsonObject answer, CommandLine options, string file, CancellationToken cancellationToken)
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

        var source = Path.Combine(options.Data, "objects", "sha256", name[..2], name[2..4], name);
        if (!File.Exists(source)) throw new GatewayException($"The object of entry {answer["index"]} is missing: '{source}'. Restore it from a backup.");
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
