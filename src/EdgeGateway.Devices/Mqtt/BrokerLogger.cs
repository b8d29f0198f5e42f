using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Hears of what MQTTnet catches by itself. What clients do wrong is noticed and counted where their packets are read; what
/// is left at the level of an error is a fault in this program, and must not go unseen.
/// </summary>
sealed class BrokerLogger(MqttEvents events) : IMqttNetLogger
{
    // MQTTnet would otherwise put together a text for every packet.
    public bool IsEnabled => true;

    public void Publish(MqttNetLogLevel level, string source, string message, object[] parameters, Exception exception)
    {
        // A session is disposed of while its sender still looks at it; the connection is over then, and the sender ends too.
        if (level == MqttNetLogLevel.Error
            && exception is not (MqttCommunicationException or MqttProtocolViolationException or IOException or ObjectDisposedException))
        {
            events.BrokerFault(source, exception);
        }
    }
}
