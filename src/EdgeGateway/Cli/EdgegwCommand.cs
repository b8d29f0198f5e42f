using System.CommandLine;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>The command line, as a table of contents. Exit codes: 0 done, 1 the answer is no, 2 wrong usage.</summary>
static class EdgegwCommand
{
    static readonly IReadOnlyList<(string Name, Func<IReadOnlyList<string>, Command> Create)> Commands =
    [
        ("init", InitCommand.Create),
        (ServeCommand.Name, ServeCommand.Create),
        ("check", CheckCommand.Create),
        ("status", StatusCommand.Create),
        ("profile", ProfileCommand.Create),
        ("device", DeviceCommand.Create),
        ("evidence", EvidenceCommand.Create),
        ("ledger", LedgerCommand.Create),
        ("proof", ProofCommand.Create),
        ("witness", WitnessCommand.Create),
        ("clock", ClockCommand.Create),
        ("backup", BackupCommand.Create),
        ("restore", RestoreCommand.Create),
        ("rebuild", RebuildCommand.Create),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        Language.Choose(LanguageOption.Of(args) ?? Language.Of(Environment.GetEnvironmentVariable));
        return await RunAsync(args, Console.Error);
    }

    /// <param name="errors">Where a line for each error goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter errors)
    {
        var (arguments, settings) = CommandLine.Split(args);
        var parsed = Create(settings, arguments.FirstOrDefault()).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in UsageErrors.Of(parsed)) await errors.WriteLineAsync($"edgegw: {error}");

            // All at once: who corrects an option would be told of the settings only then.
            if ((settings.Length > 0 || parsed.CommandResult.Command.Name == ServeCommand.Name) && CommandLine.Wrong(settings) is { } wrong) await errors.WriteLineAsync($"edgegw: {wrong}");
            await errors.WriteLineAsync($"edgegw: {Said.Of("usage.help")}");
            return 2;
        }

        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };

            // The host stops in order, however long that takes; System.CommandLine would end the process after two seconds.
            if (parsed.CommandResult.Command.Name == ServeCommand.Name) invocation.ProcessTerminationTimeout = null;
            return await parsed.InvokeAsync(invocation);
        }
        catch (GatewayException e)
        {
            await errors.WriteLineAsync($"edgegw: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (e is LedgerCorruptException or Storage.Files.StorageFullException or Storage.Ledger.SigningRefusedException or Storage.Registry.ViewCorruptException)
        {
            await errors.WriteLineAsync($"edgegw: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            await errors.WriteLineAsync($"edgegw: {Said.Of("file-failed", e.Message)}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync($"edgegw: {Said.Of("interrupted")}");
            return 1;
        }
    }

    /// <param name="asked">The one command to make, because making all of them would be a tenth of a start; all where there is none of that name.</param>
    public static RootCommand Create(IReadOnlyList<string> settings, string? asked = null)
    {
        var root = new RootCommand();
        var one = Commands.Where(command => command.Name == asked);
        foreach (var command in one.Any() ? one : Commands) root.Subcommands.Add(command.Create(settings));
        root.Options.Add(CommandLine.DataOption());
        root.Options.Add(CommandLine.JsonOption);
        root.Options.Add(LanguageOption.Create());
        HelpTexts.Describe(root);
        HelpPage.Translate(root);
        return root;
    }
}
