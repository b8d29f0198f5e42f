using Microsoft.Extensions.Options;

namespace EdgeGateway.Docks;

/// <summary>Folders of docking stations.</summary>
static class DockRegistration
{
    /// <summary>After the ingest, so that it stops before it.</summary>
    public static IServiceCollection AddDocks(this IServiceCollection services)
    {
        services.AddOptions<DockOptions>().BindConfiguration("Docks").ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<DockOptions>, DockOptionsValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<DockOptions>>().Value)
            .AddSingleton<DockEvents>()
            .AddSingleton<DockPickup>()
            .AddSingleton<DockStations>()
            .AddHostedService<DockWire>();
    }
}
