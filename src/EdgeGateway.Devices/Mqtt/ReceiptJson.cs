using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Uploads;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What receipts say: <c>{"index","leafHash","sealedAt"}</c>, of an upload with <c>"sha256"</c>; <c>{"rejected":true,"reason"}</c>; or
/// <c>{"missing":[[first,last],…]}</c>, with <c>"more":true</c> where there are more ranges.
/// </summary>
static class ReceiptJson
{
    public static byte[] Of(in PendingAcknowledgement pending, in SealOutcome outcome) =>
        pending.Refusal is { } refusal ? Rejected(refusal.Text) : Sealed(outcome.Index, outcome.LeafHash, null, outcome.SealedAt);

    public static byte[] Of(UploadAnswer answer) => answer switch
    {
        UploadAnswer.Sealed done => Sealed(done.Index, done.LeafHash, done.Sha256, done.SealedAt),
        UploadAnswer.Rejected refused => Rejected(refused.Reason),
        UploadAnswer.Missing missing => Missing(missing),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    static byte[] Sealed(long index, Hash leafHash, Hash? sha256, DateTimeOffset sealedAt) => JsonBytes.Of(json =>
    {
        json.WriteNumber("index"u8, index);
        json.WriteString("leafHash"u8, leafHash.ToString());
        if (sha256 is { } digest) json.WriteString("sha256"u8, digest.ToString());
        json.WriteString("sealedAt"u8, LedgerTime.Format(sealedAt));
    });

    static byte[] Rejected(string reason) => JsonBytes.Of(json =>
    {
        json.WriteBoolean("rejected"u8, true);
        json.WriteString("reason"u8, reason);
    });

    static byte[] Missing(UploadAnswer.Missing missing) => JsonBytes.Of(json =>
    {
        json.WriteStartArray("missing"u8);
        foreach (var (first, last) in missing.Ranges)
        {
            json.WriteStartArray();
            json.WriteNumberValue(first);
            json.WriteNumberValue(last);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (missing.More) json.WriteBoolean("more"u8, true);
    });
}
