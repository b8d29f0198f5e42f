using EdgeGateway.Devices;

namespace EdgeGateway.Presence;

/// <summary>Which devices are there.</summary>
static class PresenceRegistration
{
    public static IServiceCollection AddPresence(this IServiceCollection services) => services
        .AddSingleton<DevicePresence>()
        .AddSingleton<IDevicePresence>(services => services.GetRequiredService<DevicePresence>())
        .AddHostedService<PresenceService>();
}
