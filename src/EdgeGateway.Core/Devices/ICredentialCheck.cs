namespace EdgeGateway.Devices;

/// <summary>Whether a device may sign in. Secrets are compared in constant time and never logged.</summary>
public interface ICredentialCheck
{
    /// <returns>The credential's id (what the ledger names), or null: unknown device, or not its secret.</returns>
    string? Verify(string deviceId, ReadOnlySpan<byte> secret);

    /// <summary>
    /// For a certificate whose private key the device has proven to hold; whether its dates allow it now is for the caller to see.
    /// </summary>
    /// <param name="certificate">SHA-256 over its DER.</param>
    /// <returns>The credential's id, or null: unknown device, or not its certificate.</returns>
    string? VerifyCertificate(string deviceId, ReadOnlySpan<byte> certificate);

    /// <summary>Whether a device that signed in with this credential would still be let in with it.</summary>
    bool IsInForce(string deviceId, string credentialId);
}
