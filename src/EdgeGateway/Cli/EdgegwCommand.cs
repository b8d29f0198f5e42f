using System.CommandLine;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Cli;

/// <summary>The command line, as a table of contents. Exit codes: 0 done, 1 the answer is no, 2 wrong usage.</summary>
static class EdgegwCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        Language.Choose(LanguageOption.Of(args) ?? Language.Of(Environment.GetEnvironmentVariable));
        return await RunAsync(args, Console.Error);
    }

    /// <param name="errors">Where a line for each error goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter errors)
    {
        var (arguments, settings) = CommandLine.Split(args);
        var parsed = Create(settings).Parse(arguments);
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

    public static RootCommand Create(IReadOnlyList<string> settings)
    {
        var root = new RootCommand
        {
            InitCommand.Create(settings),
            ServeCommand.Create(settings),
            CheckCommand.Create(settings),
            StatusCommand.Create(settings),
            ProfileCommand.Create(settings),
            DeviceCommand.Create(settings),
            EvidenceCommand.Create(settings),
            LedgerCommand.Create(settings),
            ProofCommand.Create(settings),
            WitnessCommand.Create(settings),
            ClockCommand.Create(settings),
            BackupCommand.Create(settings),
            RestoreCommand.Create(settings),
            RebuildCommand.Create(settings),
        };
        root.Options.Add(CommandLine.DataOption());
        root.Options.Add(CommandLine.JsonOption);
        root.Options.Add(LanguageOption.Create());
        HelpTexts.Describe(root);
        HelpPage.Translate(root);
        return root;
    }
}
