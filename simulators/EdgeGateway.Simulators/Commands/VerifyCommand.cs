using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeGateway.Simulators.Processes;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Simulators.Verification;

namespace EdgeGateway.Simulators.Commands;

/// <summary><c>verify</c>: whether the ledger has what the transcript says was acknowledged.</summary>
static class VerifyCommand
{
    const int Shown = 20;

    static readonly Option<FileInfo> Transcript = new("--transcript") { Description = "What 'run' wrote", Required = true };
    static readonly Option<string?> Edgegw = new("--edgegw") { Description = "The product's command, to list the ledger with" };
    static readonly Option<DirectoryInfo?> Data = new("--data") { Description = "The gateway's data directory" };
    static readonly Option<FileInfo?> List = new("--list") { Description = "Instead: a file with what 'edgegw evidence list --json' printed" };
    static readonly Option<TimeSpan?> Delay = CommonOptions.DurationOption("--delay", "What is sealed so long after it was ready is delayed; 30s if not given");
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("verify", "Compare a transcript with the ledger") { Transcript, Edgegw, Data, List, Delay, Json };
        command.Validators.Add(result =>
        {
            var asks = result.GetResult(Edgegw) is not null && result.GetResult(Data) is not null;
            if (asks == result.GetResult(List) is not null) result.AddError("Give --edgegw and --data, or --list.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        TranscriptIndex transcript;
        using (var text = parsed.GetRequiredValue(Transcript).OpenText()) transcript = TranscriptIndex.Of(TranscriptReader.Read(text));

        var ledger = parsed.GetValue(List) is { } list
            ? await LedgerListing.ReadAsync(list.FullName, stop)
            : await LedgerListing.AskAsync(
                CommandWords.Split(parsed.GetRequiredValue(Edgegw)!), parsed.GetRequiredValue(Data)!.FullName, transcript.Devices, stop);
        var verdict = Comparison.Of(transcript, ledger, parsed.GetValue(Delay) ?? Comparison.UsualDelay);
        if (parsed.GetValue(Json)) Console.Out.WriteLine(JsonSerializer.Serialize(verdict, VerdictJson.Default.Verdict));
        else Print(verdict, Console.Out);
        return verdict.IsOk ? ExitCode.Done : ExitCode.No;
    }

    static void Print(Verdict verdict, TextWriter output)
    {
        output.WriteLine($"{verdict.Messages} evidence messages, {verdict.Acknowledged} acknowledged, {verdict.Sealed} in the ledger");
        output.WriteLine($"{verdict.UnacknowledgedButSealed} in the ledger without an acknowledgement having arrived (allowed)");
        output.WriteLine($"{verdict.DamagedButSealed} damaged on purpose and sealed, {verdict.Unknown} items of other runs, {verdict.Lies} lies told");
        Print("lost", verdict.Lost, output);
        Print("doubled", verdict.Doubled, output);
        Print("reordered", verdict.Reordered, output);
        Print("misindexed", verdict.Misindexed, output);
        Print("believed", verdict.Believed, output);
        Print("delayed", verdict.Delayed, output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict.LongestDelay} s was the longest delay; {verdict.Withheld} clips were never made for want of room"));
    }

    static void Print(string what, IReadOnlyList<string> messages, TextWriter output)
    {
        var more = messages.Count > Shown ? $" and {messages.Count - Shown} more" : "";
        output.WriteLine($"{messages.Count} {what}{(messages.Count > 0 ? ": " : "")}{string.Join(", ", messages.Take(Shown))}{more}");
    }
}
