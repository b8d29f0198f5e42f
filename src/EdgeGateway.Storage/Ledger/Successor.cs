using EdgeGateway.Ledger;

namespace EdgeGateway.Storage.Ledger;

/// <summary>What a new log is made with where it goes on from another.</summary>
/// <param name="Key">Its own key, which lies in the data directory's <c>keys/</c> already.</param>
/// <param name="RecoveryKey">The recovery key that its genesis names.</param>
/// <param name="Previous">The log before.</param>
/// <param name="Endorsement">Who vouches for it.</param>
/// <param name="Floor">The latest time of any entry of that log: a clock below it is marked so.</param>
public sealed record Successor(SigningKey Key, VerifierKey RecoveryKey, LogEnd Previous, Endorsement Endorsement, DateTimeOffset Floor)
{
    internal void WriteEndorsement(CanonicalJsonWriter body)
    {
        body.Name("endorsement"u8);
        body.BeginObject();
        body.Name("by"u8);
        body.Ascii(Endorsement.By == EndorsingKey.Ledger ? "ledger"u8 : "recovery"u8);
        body.Name("signature"u8);
        body.Base64(Endorsement.Signature);
        body.EndObject();
    }

    internal void WritePrevious(CanonicalJsonWriter body)
    {
        body.Name("previous"u8);
        body.BeginObject();
        body.Name("key"u8);
        body.String(Previous.Key.ToString());
        body.Name("origin"u8);
        body.String(Previous.Origin);
        body.Name("root"u8);
        body.Hex(Previous.Root);
        body.Name("size"u8);
        body.Number(Previous.Size);
        body.EndObject();
    }
}
