using EdgeGateway.Clocks;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Serial;

public static class SerialServiceCollectionExtensions
{
    /// <summary>
    /// The serial lines. Needs <see cref="IDeviceDirectory"/>, <see cref="ISealer"/>, <see cref="ITelemetry"/>,
    /// <see cref="IRequestSealer"/>, <see cref="IClockTrust"/> and <see cref="TimeProvider"/>; register it after the sealer, since hosted services stop in reverse and sources stop first.
    /// </summary>
    /// <param name="around">What the ports are opened through; null for the ports alone.</param>
    public static IServiceCollection AddSerialWire(this IServiceCollection services, Func<ISerialPorts, ISerialPorts>? around = null)
    {
        services.AddOptions<SerialWireOptions>().BindConfiguration("Serial").ValidateOnStart();
        services.AddSingleton<IValidateOptions<SerialWireOptions>, SerialWireOptionsValidator>();
        services.TryAddSingleton(_ => around is null ? new SystemSerialPorts() : around(new SystemSerialPorts()));
        services.AddMetrics();
        services.AddSingleton<SerialMetrics>();
        services.AddSingleton<Hj212Requests>();
        services.AddSingleton<IHj212Requests>(services => services.GetRequiredService<Hj212Requests>());
        services.AddSingleton<SerialTraffics>();
        return services.AddHostedService<SerialWire>();
    }
}
