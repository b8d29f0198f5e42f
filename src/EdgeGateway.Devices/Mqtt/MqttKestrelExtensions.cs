using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Mqtt;

public static class MqttKestrelExtensions
{
    /// <summary>
    /// Adds the broker's listeners; <c>AddMqttWire</c> must have been called. Once Kestrel is given listeners in code it
    /// ignores <c>--urls</c>, so the HTTP ones must be given in the same way.
    /// </summary>
    /// <exception cref="OptionsValidationException">The settings are wrong; the message names each.</exception>
    public static void ListenMqtt(this KestrelServerOptions kestrel)
    {
        var services = kestrel.ApplicationServices;
        var options = services.GetRequiredService<IOptions<MqttOptions>>().Value;
        if (!MqttPort.TryParse(options.PlainPort, out var port) || port is null) return;

        kestrel.Listen(IPAddress.Loopback, port.Value, endpoint =>
        {
            // Never reached, but Kestrel warns of HTTP/2 without TLS.
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Run(services.GetRequiredService<DeviceListener>().RunAsync);
            services.GetRequiredService<MqttEndpoint>().Listens(endpoint);
        });
    }
}
