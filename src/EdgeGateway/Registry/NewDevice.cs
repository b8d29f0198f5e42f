namespace EdgeGateway.Registry;

/// <summary>What a new device is to be.</summary>
/// <param name="Place">Where it is: how its wire finds it.</param>
/// <param name="Values">Registry fields by their English key, beside its place.</param>
/// <param name="Certificate">What it signs in with; null for a secret.</param>
/// <param name="IsBench">Whether it is a bench's, whose items can never be filed as evidence.</param>
sealed record NewDevice(string Id, string Profile, DevicePlace Place, IReadOnlyDictionary<string, string> Values, DeviceCertificate? Certificate = null, bool IsBench = false);
