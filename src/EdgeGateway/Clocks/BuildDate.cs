using System.Globalization;
using System.Reflection;

namespace EdgeGateway.Clocks;

/// <summary>
/// The day of this version (Directory.Build.props): no clock that is right says an earlier one. A constant of the source
/// and not of the machine that builds, so that a rebuilt release is the same to the byte.
/// </summary>
static class BuildDate
{
    public static DateTimeOffset Value { get; } = DateTimeOffset.Parse(
        typeof(BuildDate).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "BuildDate").Value!,
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
