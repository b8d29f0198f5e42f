using EdgeGateway.Ingest;
using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>The <c>anchor</c> entry of type <c>cosignature</c> (docs/ledger-format.md section 3), written and read.</summary>
static class CosignatureAnchor
{
    public static OwnEntry Of(Checkpoint checkpoint, VerifiedSignature cosignature, DateTimeOffset at) => new(EntryKind.Anchor, Subjects.Gateway, body =>
    {
        body.Name("by"u8);
        body.String(cosignature.Key.Name);
        body.Name("key"u8);
        body.String(cosignature.Key.ToString());
        body.Name("root"u8);
        body.Hex(checkpoint.Root);
        body.Name("signature"u8);
        body.String(cosignature.Signature.ToString().Split(' ')[^1]);
        body.Name("size"u8);
        body.Number(checkpoint.Size);
        body.Name("time"u8);
        body.Time(at);
        body.Name("type"u8);
        body.Ascii("cosignature"u8);
    });

    /// <returns>The witness's key, the tree, and the signature line with its newline; null where the entry is something else.</returns>
    public static (VerifierKey Key, long Size, Hash Root, string Line)? Read(EntryView entry)
    {
        var body = entry.Body;
        return VerifierKey.TryParse(body.Text("key"u8), out var key, out _)
            && body.Integer("size"u8) is { } size && body.Digest("root"u8) is { } root && body.Text("signature"u8) is { } signature
            ? (key, size, root, $"\u2014 {key.Name} {signature}\n")
            : null;
    }
}
