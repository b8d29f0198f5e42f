using EdgeGateway.Devices;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Registry;

/// <summary>What a leaf says of a device's credential (docs/ledger-format.md, "device"). Its fields stand beside one another.</summary>
static class CredentialFacts
{
    public static void Write(CanonicalJsonWriter body, RegisteredDevice device)
    {
        if (device.CredentialId is { } id) Write(body, id, device.CredentialKind ?? CredentialKind.Secret, device.CredentialEnds);
    }

    public static void Write(CanonicalJsonWriter body, string id, CredentialKind kind, DateTimeOffset? ends)
    {
        if (ends is { } end)
        {
            body.Name("credentialEnds"u8);
            body.Time(end);
        }

        body.Name("credentialId"u8);
        body.String(id);
        if (kind == CredentialKind.Secret) return;
        body.Name("credentialKind"u8);
        body.String(kind.Word());
    }
}
