namespace EdgeGateway.Timestamps;

/// <summary>Why there is no token; the label of a counter.</summary>
enum TimestampFailure
{
    /// <summary>No whole answer came: not reached, too slow, too long, not allowed by the settings.</summary>
    NoAnswer,

    /// <summary>The authority says no.</summary>
    Refused,

    /// <summary>The answer is not what RFC 3161 says, or not to this question.</summary>
    Malformed,

    /// <summary>The token does not come from an authority that the settings trust.</summary>
    Untrusted,
}

/// <summary>An authority gave no token that counts; one sentence, without the authority's name.</summary>
sealed class TimestampException(TimestampFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public TimestampFailure Failure => failure;
}
