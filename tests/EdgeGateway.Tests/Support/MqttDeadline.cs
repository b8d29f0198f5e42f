namespace EdgeGateway.Tests.Support;

/// <summary>How long a test waits for what must come.</summary>
static class MqttDeadline
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static CancellationToken Token => new CancellationTokenSource(Wait).Token;
}
