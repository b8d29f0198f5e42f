using EdgeGateway.Devices.Mqtt.Brokers;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MQTTnet.Diagnostics.Logger;

namespace EdgeGateway.Devices.Mqtt;

public static class MqttServiceCollectionExtensions
{
    // What Kestrel reads ahead of a connection that is not read from, in bytes. Its default of 1 MiB would let 2,000 devices
    // hold 2 GiB while the sealer's queue is full; a smaller one was no slower.
    const long ReadAhead = 64 * 1024;

    /// <summary>
    /// Adds the MQTT wire. It needs <c>ISealer</c>, <c>ITelemetry</c>, <c>IUploads</c>, <c>IDeviceDirectory</c>, <c>ICredentialCheck</c> and a
    /// <see cref="TimeProvider"/>; register it after the sealer's service, so that it stops before it.
    /// </summary>
    /// <remarks>Kestrel's read-ahead is set for the whole process, HTTP too.</remarks>
    /// <param name="isReady">Whether the registry is loaded; asked at every sign-in, from any thread.</param>
    public static IServiceCollection AddMqttWire(this IServiceCollection services, Func<IServiceProvider, bool> isReady)
    {
        services.AddOptions<MqttOptions>().BindConfiguration(MqttOptions.Section).ValidateOnStart();
        services.Configure<SocketTransportOptions>(transport => transport.MaxReadBufferSize = ReadAhead);
        services.AddMetrics();
        return services
            .AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>()
            .AddSingleton(provider => provider.GetRequiredService<IOptions<MqttOptions>>().Value)
            .AddSingleton(provider => new MqttReadiness(() => isReady(provider)))
            .AddSingleton<MqttMetrics>()
            .AddSingleton<MqttEvents>()
            .AddSingleton<IMqttNetLogger, BrokerLogger>()
            .AddSingleton<MqttEndpoint>()
            .AddSingleton<HandshakeLimit>()
            .AddSingleton<UploadIntake>()
            .AddSingleton<PublishIntake>()
            .AddSingleton<SignInRefusals>()
            .AddHostedService(provider => provider.GetRequiredService<SignInRefusals>())
            .AddSingleton<SignIn>()
            .AddSingleton<DeviceListener>()
            .AddHostedService<MqttWire>();
    }

    /// <summary>Adds the site's own brokers, behind <see cref="AddMqttWire"/>; needs <see cref="IBrokerRoute"/> and <see cref="IBrokerSubscriptions"/>.</summary>
    public static IServiceCollection AddBrokerWire(this IServiceCollection services) => services.AddHostedService<BrokerWire>();
}
