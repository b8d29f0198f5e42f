namespace EdgeGateway.Tests.Support;

/// <summary>How long a test waits for something that must happen, before it fails.</summary>
static class SerialDeadline
{
    public static CancellationToken Token => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;
}
