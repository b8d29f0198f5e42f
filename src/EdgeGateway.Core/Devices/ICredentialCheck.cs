namespace EdgeGateway.Devices;

/// <summary>Whether a device may sign in. Secrets are compared in constant time and never logged.</summary>
public interface ICredentialCheck
{
    /// <returns>The credential's id (what the ledger names), or null: unknown device, or not its secret.</returns>
    string? Verify(string deviceId, ReadOnlySpan<byte> secret);

    /// <summary>Whether a device that signed in with this credential would still be let in with it.</summary>
    bool IsInForce(string deviceId, string credentialId);
}
