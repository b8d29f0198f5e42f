using EdgeGateway.Gateway;
using EdgeGateway.Storage.Uploads;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Uploads;

/// <summary>Media that arrives in chunks.</summary>
static class UploadRegistration
{
    /// <summary>After the ingest and before the wires, so that it stops between them.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddOptions<UploadOptions>().BindConfiguration("Uploads").ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<UploadOptions>, UploadOptionsValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<UploadOptions>>().Value)
            .AddSingleton(provider => new UploadFolder(Path.Combine(provider.GetRequiredService<GatewayData>().Path, "uploads")))
            .AddSingleton<UploadEvents>()
            .AddSingleton<UploadSealing>()
            .AddSingleton<UploadDesk>()
            .AddSingleton<IUploads>(provider => provider.GetRequiredService<UploadDesk>())
            .AddHostedService<UploadService>();
    }
}
