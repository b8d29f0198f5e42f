namespace EdgeGateway.Profiles;

/// <summary>When the files of a docking station's folder are picked up.</summary>
/// <param name="Settle">How long a file must have kept its size and time before it is picked up.</param>
public sealed record DockRule(TimeSpan Settle);
