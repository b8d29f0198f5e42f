using EdgeGateway.Gateway;

namespace EdgeGateway.Clocks;

static class ClockRegistration
{
    /// <summary>Given as they are: the data directory was opened with them.</summary>
    public static IServiceCollection AddClock(this IServiceCollection services, GatewayClock clock, GnssTimeSource gnss, GatewayData data, GatewaySettings settings) => services
        .AddSingleton(clock)
        .AddSingleton<IGnssTime>(gnss)
        .AddSingleton(data.Clock)
        .AddSingleton<IClockTrust>(data.Clock)
        .AddSingleton(settings.Clock)
        .AddHostedService<ClockWatch>();
}
