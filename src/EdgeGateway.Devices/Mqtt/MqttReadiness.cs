namespace EdgeGateway.Devices.Mqtt;

/// <summary>Whether the registry is loaded; before that nobody can be known, and sign-ins are put off.</summary>
sealed class MqttReadiness(Func<bool> isReady)
{
    public bool IsReady => isReady();
}
