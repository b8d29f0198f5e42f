using EdgeGateway.Evidence;
using EdgeGateway.Ingest;

namespace EdgeGateway.Capture;

/// <summary><c>serve --capture DIR</c>.</summary>
static class CaptureRegistration
{
    /// <summary>After the ingest, so that what devices send passes here first.</summary>
    /// <param name="capture">Null where nothing is kept.</param>
    public static IServiceCollection AddCapture(this IServiceCollection services, WireCapture? capture) => capture is null ? services : services
        .AddSingleton<ISealer>(provider => new CapturingSealer(ActivatorUtilities.CreateInstance<Sealer>(provider), capture))
        .AddSingleton<ITelemetry>(provider => new CapturingTelemetry(provider.GetRequiredService<TelemetryFolder>(), capture));
}
