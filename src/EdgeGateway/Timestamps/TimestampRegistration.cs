namespace EdgeGateway.Timestamps;

/// <summary>Trusted time: behind the ledger, so that it stops before the ledger does.</summary>
static class TimestampRegistration
{
    public static IServiceCollection AddTimestamps(this IServiceCollection services) => services
        .AddSingleton<Timestamper>()
        .AddSingleton<TimestampMetrics>()
        .AddHostedService<TimestampService>();
}
