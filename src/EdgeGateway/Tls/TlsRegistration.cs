using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Gateway;

namespace EdgeGateway.Tls;

/// <summary>TLS for devices.</summary>
static class TlsRegistration
{
    public static IServiceCollection AddTls(this IServiceCollection services, GatewayData data) => services
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ServerCertificates>(provider, data.Path, data.Ledger.Origin))
        .AddSingleton<IServerCertificates>(provider => provider.GetRequiredService<ServerCertificates>());

    /// <summary>What can't be had is told before anything listens.</summary>
    public static void OpenTls(this WebApplication app)
    {
        if (app.Services.GetRequiredService<MqttOptions>().ListensWithTls) app.Services.GetRequiredService<ServerCertificates>().Open();
    }
}
