namespace EdgeGateway.Ledger;

/// <summary>A signature that was found good, and the key that it is of.</summary>
public sealed record VerifiedSignature(VerifierKey Key, NoteSignature Signature)
{
    /// <summary>When the cosigner says that it signed; null for a plain signature.</summary>
    public DateTimeOffset? CosignedAt =>
        Key.Type == NoteKeyType.Cosignature && Cosignature.TryReadTimestamp(Signature.Bytes, out var timestamp)
            ? Cosignature.ToInstant(timestamp)
            : null;
}
