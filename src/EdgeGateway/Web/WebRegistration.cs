using EdgeGateway.Commands;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;

namespace EdgeGateway.Web;

/// <summary>The web part: health, metrics, and commands on the local socket.</summary>
static class WebRegistration
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddRoutingCore()
        .AddSingleton<DeviceRegistrar>()
        .AddSingleton<BoundPorts>()
        .AddSingleton<LiveFigures>()
        .AddSingleton<CommandTable>()
        .AddHealth()
        .AddGatewayMetrics();

    public static void MapWeb(this WebApplication app)
    {
        app.GuardLocalCommands();
        app.UseRouting();
        app.MapHealth();
        app.MapGatewayMetrics();
        app.MapLedgerFolder();
        app.MapLocalCommands();
        app.Lifetime.ApplicationStarted.Register(() => LocalSocket.Restrict(app.Services.GetRequiredService<GatewayData>().Path));
    }
}
