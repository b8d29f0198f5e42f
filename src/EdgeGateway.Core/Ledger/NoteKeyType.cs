namespace EdgeGateway.Ledger;

/// <summary>The signature type byte of C2SP signed-note; a key of a type not named here is kept but verifies nothing.</summary>
public enum NoteKeyType : byte
{
    /// <summary>Ed25519 over the note's text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA; its key id is that of the SPKI encoding alone. Not verified here.</summary>
    Ecdsa = 0x02,

    /// <summary>Timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature, cosignature/v1).</summary>
    Cosignature = 0x04,

    /// <summary>Timestamped ML-DSA-44 cosignature. Not verified here.</summary>
    MlDsa44 = 0x06,
}
