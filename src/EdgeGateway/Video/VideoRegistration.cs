using Microsoft.Extensions.Options;

namespace EdgeGateway.Video;

/// <summary>Streams of cameras.</summary>
static class VideoRegistration
{
    /// <summary>After the ingest, so that it stops before it.</summary>
    public static IServiceCollection AddVideoWire(this IServiceCollection services)
    {
        services.AddOptions<VideoOptions>().BindConfiguration("Video").ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<VideoOptions>, VideoOptionsValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<VideoOptions>>().Value)
            .AddSingleton<VideoEvents>()
            .AddSingleton<SegmentSealing>()
            .AddHostedService<VideoWire>();
    }
}
