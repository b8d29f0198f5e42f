using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Ingest;

/// <summary>From the wires to the ledger, and from the ledger to the views.</summary>
static class IngestRegistration
{
    /// <summary>Given as they are, so that the container does not close them: the host does, the ledger last.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, GatewayData data, GatewaySettings settings)
    {
        services.AddSingleton(data);
        services.AddSingleton(data.Ledger);
        services.AddSingleton(data.Objects);
        services.AddSingleton<IDeviceDirectory>(data.Directory);
        services.AddSingleton<ICredentialCheck>(data.Accounts);
        services.AddSingleton(settings.Ledger);
        services.AddHostedService<LedgerWatch>();
        services.AddHostedService<CheckpointService>();
        services.AddSingleton<ViewService>();
        services.AddHostedService(services => services.GetRequiredService<ViewService>());
        services.AddHostedService<Retention.ErasureService>();
        services.AddHostedService<Retention.StorageWatch>();
        return services;
    }

    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>().BindConfiguration("Ingest");
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddMetrics();
        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<QuarantineLimit>();
        services.AddSingleton<Strangers.StrangerBook>();
        services.AddSingleton<ISealer, Sealer>();
        services.AddSingleton<IRequestSealer, RequestSealer>();
        services.AddSingleton<TelemetryFolder>();
        services.AddSingleton<ITelemetry>(services => services.GetRequiredService<TelemetryFolder>());
        services.AddHostedService<ObservationService>();
        return services;
    }
}
