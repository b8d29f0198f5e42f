using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Gateway;

namespace EdgeGateway.Brokers;

/// <summary>The site's own brokers.</summary>
static class BrokerRegistration
{
    public static IServiceCollection AddBrokers(this IServiceCollection services, GatewayData data) => services
        .AddSingleton<IBrokerRoute, BrokerRoute>()
        .AddSingleton<IBrokerSubscriptions>(new BrokerSubscriptions(data.Path))
        .AddBrokerWire();
}
