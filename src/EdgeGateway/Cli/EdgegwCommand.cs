using System.CommandLine;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Cli;

/// <summary>The command line, as a table of contents. Exit codes: 0 done, 1 the answer is no, 2 wrong usage.</summary>
static class EdgegwCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (arguments, settings) = CommandLine.Split(args);
        var root = new RootCommand("edgegw: seals what recorders, cameras and instruments send, before it acknowledges it.")
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
        root.Options.Add(CommandLine.DataOption);
        root.Options.Add(CommandLine.JsonOption);

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"edgegw: {error.Message}");
            await Console.Error.WriteLineAsync("edgegw: 'edgegw --help' and 'edgegw COMMAND --help' show what there is.");
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
            await Console.Error.WriteLineAsync($"edgegw: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) when (e is LedgerCorruptException or Storage.Files.StorageFullException or Storage.Ledger.SigningRefusedException or Storage.Registry.ViewCorruptException)
        {
            await Console.Error.WriteLineAsync($"edgegw: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            await Console.Error.WriteLineAsync($"edgegw: {e.Message} Check that the file is there and that you may use it.");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("edgegw: interrupted.");
            return 1;
        }
    }
}
