namespace EdgeGateway.Profiles;

/// <summary>How a camera's stream is recorded.</summary>
/// <param name="Segment">How long one segment is; it is cut at the next key frame.</param>
public sealed record VideoRule(TimeSpan Segment);
