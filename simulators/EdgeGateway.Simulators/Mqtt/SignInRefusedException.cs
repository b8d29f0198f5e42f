namespace EdgeGateway.Simulators.Mqtt;

/// <summary>The server's CONNACK says no.</summary>
sealed class SignInRefusedException(string message) : Exception(message);
