using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Fingerprints;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Verification;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw ledger status · fingerprints · verify · prove · checkpoint · timestamp · rotate</c>.</summary>
static class LedgerCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("ledger", "The append-only ledger.")
    {
        Simple(settings, "status", "Size, newest checkpoint, and how far the views are.", "ledger-status"),
        Simple(settings, "checkpoint", "Sign the tree now.", "ledger-checkpoint"),
        Simple(settings, "timestamp", "Ask the time-stamp authorities for a token over the tree now.", "ledger-timestamp"),
        Fingerprints(settings),
        Verify(settings),
        Prove(settings),
        RotateCommand.Create(settings),
    };

    static Command Simple(IReadOnlyList<string> settings, string name, string description, string call)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(call, [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, answer.AsObject());
            return 0;
        });
        return command;
    }

    static Command Fingerprints(IReadOnlyList<string> settings)
    {
        var language = new Option<string?>("--lang") { Description = "zh-CN or en; else both, Chinese first.", HelpName = "LANG" };
        language.AcceptOnlyFromAmong([.. Language.All.Select(language => language.Tag)]);
        var command = new Command("fingerprints", "The page of keys that a site files on paper when the gateway is put into service.") { language };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("ledger-fingerprints", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else FingerprintPage.Write(answer.AsObject(), Language.All.Where(one => parsed.GetValue(language) is not { } tag || tag == one.Tag), Console.Out);
            return 0;
        });
        return command;
    }

    static Command Prove(IReadOnlyList<string> settings)
    {
        var index = new Argument<long>("INDEX");
        var output = new Option<string?>("--out") { Description = "Write the proof into this file; else it is printed.", HelpName = "FILE" };
        var log = LogOption();
        var command = new Command("prove", "Prove that an entry is in the ledger, as a C2SP .tlog-proof.") { index, output, log };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("ledger-prove", new JsonObject { ["index"] = parsed.GetValue(index), ["log"] = parsed.GetValue(log) }, cancellationToken);
            var proof = answer["proof"]!.GetValue<string>();
            if (parsed.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file, proof, cancellationToken);
                answer["proof"] = file;
                if (options.Json) Output.Json(Console.Out, answer);
                else Output.Fields(Console.Out, answer.AsObject());
            }
            else if (options.Json)
            {
                Output.Json(Console.Out, answer);
            }
            else
            {
                Console.Out.Write(proof);
            }

            return 0;
        });
        return command;
    }

    static Command Verify(IReadOnlyList<string> settings)
    {
        var directory = new Option<string?>("--dir") { Description = "A C2SP tlog-tiles folder, of anyone; else this gateway's ledger.", HelpName = "DIR" };
        var key = new Option<string?>("--key") { Description = "The log's public key (vkey), or a file that holds it.", HelpName = "VKEY" };
        var against = new Option<string?>("--against") { Description = "A checkpoint kept elsewhere: prove that the log grew from it.", HelpName = "FILE" };
        var objects = new Option<bool>("--objects") { Description = "Re-read private parts and media too." };
        var command = new Command("verify", "Check every entry and tile, of closed logs too, against the signed checkpoints. Changes nothing.") { directory, key, against, objects };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            var request = Request(options, parsed.GetValue(directory), parsed.GetValue(key), parsed.GetValue(against), parsed.GetValue(objects));
            var report = request.Data is null
                ? LedgerVerification.Run(request, Progress(), cancellationToken)
                : AllLogsVerification.Run(request, Progress(), cancellationToken);
            if (options.Json) Output.Json(Console.Out, report.ToJson());
            else Console.Out.WriteLine(report.Sentence);
            return Task.FromResult(report.IsGood ? 0 : 1);
        });
        return command;
    }

    public static Option<string?> LogOption() => new("--log")
    {
        Description = "The closed log of this name ('ledger status' lists them); else the one that is written.",
        HelpName = "ORIGIN",
    };

    static VerificationRequest Request(CommandLine options, string? directory, string? key, string? against, bool objects)
    {
        if (directory is not null && objects)
        {
            throw new GatewayException("--objects reads this gateway's private parts and media: it does not go with --dir.", exitCode: 2);
        }

        if (directory is not null && key is null)
        {
            throw new GatewayException("--dir needs --key: a log can't vouch for its own key. Give the vkey that you trust.", exitCode: 2);
        }

        var keyText = key ?? Path.Combine(options.Data, "keys", "ledger.vkey");
        if (key is null && !File.Exists(keyText))
        {
            throw new GatewayException(
                File.Exists(Path.Combine(options.Data, "ledger", "state"))
                    ? $"'{keyText}' is missing: give the ledger's public key with --key."
                    : $"There is no ledger in '{Path.GetFullPath(options.Data)}'. Give its data directory with --data.");
        }

        return new VerificationRequest(
            directory ?? Path.Combine(options.Data, "ledger"), ReadKey(keyText), against, objects, directory is null ? options.Data : null);
    }

    /// <summary>A vkey, or the file that holds one.</summary>
    public static VerifierKey ReadKey(string text)
    {
        if (File.Exists(text)) text = File.ReadAllText(text).Trim();
        return VerifierKey.TryParse(text, out var key, out var error)
            ? key
            : throw new GatewayException($"'{Evidence.DisplayText.Of(text)}' is neither a public key nor a file that holds one: {error}", exitCode: 2);
    }

    /// <summary>A line that grows on a terminal, nothing in a script.</summary>
    static InlineProgress? Progress()
    {
        if (Console.IsErrorRedirected) return null;
        var last = -1L;
        return new InlineProgress(step =>
        {
            var percent = step.Of == 0 ? 100 : step.Done * 100 / step.Of;
            if (Interlocked.Exchange(ref last, percent) != percent) Console.Error.Write($"\r{percent,3} % of {step.Of} bundles");
            if (step.Done == step.Of) Console.Error.WriteLine();
        });
    }

    sealed class InlineProgress(Action<(long Done, long Of)> report) : IProgress<(long Done, long Of)>
    {
        public void Report((long Done, long Of) value) => report(value);
    }
}
