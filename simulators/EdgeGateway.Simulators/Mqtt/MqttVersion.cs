namespace EdgeGateway.Simulators.Mqtt;

/// <summary>The protocol level byte of CONNECT.</summary>
enum MqttVersion : byte
{
    V311 = 4,
    V5 = 5,
}
