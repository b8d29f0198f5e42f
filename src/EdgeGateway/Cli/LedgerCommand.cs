using System.CommandLine;
using System.Text.Json.Nodes;
using EdgeGateway.Fingerprints;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;
using EdgeGateway.Verification;

namespace EdgeGateway.Cli;

/// <summary><c>edgegw ledger status · fingerprints · verify · prove · checkpoint · timestamp · rotate</c>.</summary>
static class LedgerCommand
{
    public static Command Create(IReadOnlyList<string> settings) => new("ledger")
    {
        Simple(settings, "status", "ledger-status"),
        Simple(settings, "checkpoint", "ledger-checkpoint"),
        Simple(settings, "timestamp", "ledger-timestamp"),
        Fingerprints(settings),
        Verify(settings),
        Prove(settings),
        RotateCommand.Create(settings),
    };

    static Command Simple(IReadOnlyList<string> settings, string name, string call)
    {
        var command = new Command(name);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync(call, [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else Output.Fields(Console.Out, options.Site, answer.AsObject());
            return 0;
        });
        return command;
    }

    static Command Fingerprints(IReadOnlyList<string> settings)
    {
        var command = new Command("fingerprints");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = CommandLine.Of(parsed, settings);
            await using var link = await GatewayLink.OpenAsync(options);
            var answer = await link.CallAsync("ledger-fingerprints", [], cancellationToken);
            if (options.Json) Output.Json(Console.Out, answer);
            else FingerprintPage.Write(answer.AsObject(), LanguageOption.Of(parsed) is { } one ? [one] : Language.All, options.Site, Console.Out);
            return 0;
        });
        return command;
    }

    static Command Prove(IReadOnlyList<string> settings)
    {
        var index = Values.Index();
        var output = Values.OutputFile("--out");
        var log = Values.Log();
        var command = new Command("prove") { index, output, log };
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
                if (!options.Json) answer["quorumMet"] ??= Said.Of("prove.no-quorum");
                if (options.Json) Output.Json(Console.Out, answer);
                else Output.Fields(Console.Out, options.Site, answer.AsObject());
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
        var directory = Values.Directory("--dir");
        var key = Key();
        var against = Values.File("--against");
        var objects = new Option<bool>("--objects");
        var command = new Command("verify") { directory, key, against, objects };
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

    /// <summary>A public key, or a file that holds one.</summary>
    public static Option<string> Key()
    {
        var option = Values.Checked("--key", text => VerifierKey.TryParse(File.Exists(text) ? File.ReadAllText(text).Trim() : text, out _, out var error) ? null : Said.Of("usage.key", error));
        option.HelpName = "VKEY";
        return option;
    }

    static VerificationRequest Request(CommandLine options, string? directory, string? key, string? against, bool objects)
    {
        if (directory is not null && objects)
        {
            throw Failure.Usage("verify.objects-dir");
        }

        if (directory is not null && key is null)
        {
            throw Failure.Usage("verify.dir-key");
        }

        var keyText = key ?? Path.Combine(options.Data, "keys", "ledger.vkey");
        if (key is null && !File.Exists(keyText))
        {
            throw File.Exists(Path.Combine(options.Data, "ledger", "state"))
                ? Failure.Of("verify.no-key", keyText)
                : Failure.Of("no-ledger", Path.GetFullPath(options.Data));
        }

        return new VerificationRequest(
            directory ?? Path.Combine(options.Data, "ledger"), ReadKey(keyText), against is null ? null : EarlierCheckpoint.Read(against), objects, directory is null ? options.Data : null);
    }

    /// <summary>A vkey, or the file that holds one.</summary>
    public static VerifierKey ReadKey(string text)
    {
        if (File.Exists(text)) text = File.ReadAllText(text).Trim();
        return VerifierKey.TryParse(text, out var key, out var error)
            ? key
            : throw Failure.Usage("usage.value", "--key", Evidence.DisplayText.Of(text), Said.Of("usage.key", error));
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
