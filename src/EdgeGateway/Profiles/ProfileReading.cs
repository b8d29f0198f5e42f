namespace EdgeGateway.Profiles;

/// <summary>What reading a profile's file gave: a profile, or everything that is wrong with it, in the file's order.</summary>
public sealed record ProfileReading(DeviceProfile? Profile, IReadOnlyList<ProfileError> Errors);
