using System.CommandLine;
using EdgeGateway.Simulators.Commands;
using EdgeGateway.Simulators.Enrolment;
using EdgeGateway.Simulators.Processes;
using EdgeGateway.Simulators.Runs;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;

var root = new RootCommand("Simulated enforcement and monitoring devices, which write MQTT and HJ 212 on the wire by themselves")
{
    RunCommand.Create(TimeProvider.System),
    ScenarioCommands.List(),
    ScenarioCommands.Validate(),
    EnrolCommand.Create(),
    VerifyCommand.Create(),
    LineCommand.Create(TimeProvider.System),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    return ExitCode.WrongUsage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // Longer than a run waits for what is in flight, and its cameras and lines to close.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
    });
}
catch (RunImpossibleException exception)
{
    Console.Error.WriteLine(exception.Message);
    return ExitCode.WrongUsage;
}
catch (Exception exception) when (exception is ScenarioInvalidException or EnrolmentFailedException or ProcessFailedException
    or TranscriptUnreadableException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return ExitCode.No;
}
catch (OperationCanceledException)
{
    return ExitCode.No;
}
