namespace EdgeGateway.Devices;

/// <summary>What a device signs in with.</summary>
public enum CredentialKind
{
    /// <summary>A secret of 256 random bits, as the password.</summary>
    Secret,

    /// <summary>The private key of one X.509 certificate, in the TLS handshake.</summary>
    Certificate,
}

/// <summary>Kinds as the ledger and the command line write them.</summary>
public static class CredentialKinds
{
    public static string Word(this CredentialKind kind) => kind == CredentialKind.Certificate ? "certificate" : "secret";

    /// <returns>Null for what is no kind.</returns>
    public static CredentialKind? Parse(string? word) => word switch
    {
        "secret" => CredentialKind.Secret,
        "certificate" => CredentialKind.Certificate,
        _ => null,
    };
}
