using Microsoft.Extensions.Options;

namespace EdgeGateway.Media;

/// <summary>What is looked up in media.</summary>
static class MediaRegistration
{
    public static IServiceCollection AddMedia(this IServiceCollection services)
    {
        services.AddOptions<MediaOptions>().BindConfiguration("Media").ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<MediaOptions>, MediaOptionsValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<MediaOptions>>().Value)
            .AddSingleton<MediaTool>()
            .AddSingleton<MediaExaminer>()
            .AddHostedService<MediaService>();
    }
}
