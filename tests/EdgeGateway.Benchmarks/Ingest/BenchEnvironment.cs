using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>Where and when something was measured, in one line.</summary>
static class BenchEnvironment
{
    public static string Describe(string method, TimeProvider time) => string.Create(CultureInfo.InvariantCulture,
        $"{method} {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, {time.GetLocalNow():yyyy-MM-dd}.");
}
