using System.CommandLine;
using EdgeGateway.Benchmarks.Docks;
using EdgeGateway.Benchmarks.Growth;
using EdgeGateway.Benchmarks.Ingest;
using EdgeGateway.Benchmarks.Load;
using EdgeGateway.Benchmarks.Media;
using EdgeGateway.Benchmarks.Objects;
using EdgeGateway.Benchmarks.Targets;
using EdgeGateway.Benchmarks.Verification;

var root = new RootCommand("Measures the gateway beside its peers (eng/bench.sh)")
{
    IngestCommand.Create(TimeProvider.System),
    SustainedCommand.Create(TimeProvider.System),
    GrowthCommand.Create(TimeProvider.System),
    VerifyCommand.Create(TimeProvider.System),
    ObjectCommand.Create(TimeProvider.System),
    MediaCommand.Create(TimeProvider.System),
    DockCommand.Create(TimeProvider.System),
    MqttNetCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    return 2;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LoadFailedException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 1;
}
