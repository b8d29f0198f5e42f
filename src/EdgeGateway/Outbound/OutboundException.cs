namespace EdgeGateway.Outbound;

/// <summary>Why nothing came back.</summary>
enum OutboundFailure
{
    /// <summary>The settings do not name the host and port, or its name led to an address that they must name themselves.</summary>
    NotAllowed,

    Unreachable,
    TimedOut,
    TooLarge,
}

/// <summary>A request that had no answer, in one sentence.</summary>
sealed class OutboundException(OutboundFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public OutboundFailure Failure => failure;
}
