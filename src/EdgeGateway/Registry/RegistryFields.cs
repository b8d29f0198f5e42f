namespace EdgeGateway.Registry;

/// <summary>The registry's fields by their English key, as <c>device add --FIELD VALUE</c> takes them.</summary>
static class RegistryFields
{
    static readonly string[] Keys =
    [
        // Identity
        "device_no", "name", "category", "mobility", "model", "serial_no", "gb28181_id", "cert_thumbprint", "firmware",
        // Owner
        "agency", "uscc", "owner", "owner_type", "maintainer", "funding_model", "keeper", "phone",
        // Place
        "region_code", "location", "stake", "direction", "lane", "lon", "lat", "limit", "spacing_m",
        // Law
        "legal_basis", "monitored_behaviour", "necessity",
        // Publication
        "published_on", "channel", "url", "enabled_on", "lead_days",
        // Metrology
        "verification_required", "procedure", "cert_no", "body", "verified_on", "valid_to", "result",
        // Recorder
        "recorder_no", "officer", "officer_no", "unit_no", "dock",
    ];

    static readonly HashSet<string> Known = new(Keys, StringComparer.Ordinal);

    public static IReadOnlyList<string> All => Keys;

    public static bool IsField(string key) => Known.Contains(key);
}
