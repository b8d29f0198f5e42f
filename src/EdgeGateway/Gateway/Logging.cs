using Microsoft.AspNetCore.Connections;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace EdgeGateway.Gateway;

/// <summary>
/// Logs: short lines on standard error for whoever stands before the machine, and compact JSON in <c>log/</c> of the data
/// directory, a file a day, 31 files of at most 64 MiB kept. Secrets and payloads are never logged.
/// </summary>
static class Logging
{
    const long FileBytes = 64L << 20;

    public static Serilog.ILogger Create(string data, IConfiguration configuration)
    {
        var level = Enum.TryParse<LogEventLevel>(configuration["Logging:Level"], ignoreCase: true, out var asked) ? asked : LogEventLevel.Information;
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting", LogEventLevel.Warning)
            .MinimumLevel.Override("MQTTnet", LogEventLevel.Warning)

            // Told in one sentence by whoever starts the host.
            .Filter.ByExcluding(entry => entry.Exception is { InnerException: AddressInUseException })
            .WriteTo.Console(
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:l}{NewLine}{Exception}",
                standardErrorFromLevel: LogEventLevel.Verbose)
            .WriteTo.File(
                new CompactJsonFormatter(), Path.Combine(data, "log", "edgegw-.json"), rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: FileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: 31)
            .CreateLogger();
    }
}
