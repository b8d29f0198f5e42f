namespace EdgeGateway.Simulators.Mqtt;

/// <summary>What the other side sent is not MQTT, or not what MQTT allows at that moment.</summary>
sealed class MqttProtocolException(string message) : Exception(message);
