using EdgeGateway.Clocks;
using EdgeGateway.Gateway;

namespace EdgeGateway.Witnessing;

/// <summary>Both sides of witnessing: what this gateway cosigns for others, and who cosigns for it.</summary>
static class WitnessRegistration
{
    /// <param name="client">Null where the site has no witness.</param>
    public static IServiceCollection AddWitnessing(this IServiceCollection services, GatewayData data, WitnessDesk desk, WitnessClient? client)
    {
        services.AddSingleton(desk);
        services.AddSingleton(data.Witnesses);
        if (client is null) return services;
        services.AddSingleton(client);
        services.AddSingleton(container => new RollbackCheck(data.Ledger, client, container.GetRequiredService<ILogger<RollbackCheck>>()));
        services.AddSingleton(container => new WitnessRound(
            data.Ledger, data.Views, data.Witnesses, client, container.GetRequiredService<RollbackCheck>(), container.GetRequiredService<GatewayClock>()));
        services.AddHostedService<WitnessService>();
        return services;
    }
}
