using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Objects;

namespace EdgeGateway.Timestamps;

/// <summary>What a token was asked for: the checkpoint's text without signatures, or one leaf (docs/ledger-format.md, "anchor").</summary>
sealed record StampedThing(byte[] Bytes, Checkpoint? Tree, long? Item)
{
    public Hash Imprint => new(SHA256.HashData(Bytes));

    public static StampedThing Of(Checkpoint tree) => new(Encoding.UTF8.GetBytes(tree.ToString()), tree, null);

    public static StampedThing Of(LedgerRecord item) => new(item.Leaf.ToArray(), null, item.Index);
}

/// <summary>Makes the <c>anchor</c> entry of a token.</summary>
static class AnchorEntry
{
    /// <summary>Lists up to here lie in the private part, as long as there is room for them beside the token.</summary>
    const int MaximumInlineListBytes = 16 * 1024;

    /// <summary>What base64 makes of it stays below the private part's 64 KiB, with room for the names.</summary>
    const int MaximumInlineBytes = 44 * 1024;

    /// <summary>Stores what is large, and so must run before the entry is sealed.</summary>
    /// <exception cref="Storage.Files.StorageFullException">There is no room.</exception>
    public static OwnEntry Of(StampedThing thing, StampedToken stamped, ObjectStore objects)
    {
        var token = stamped.Token;
        var revocation = Stored(stamped, objects);
        return new OwnEntry(EntryKind.Anchor, Subjects.Gateway, body =>
        {
            body.Name("by"u8);
            body.String(stamped.By);
            body.Name("hash"u8);
            body.Ascii("sha-256"u8);
            body.Name("imprint"u8);
            body.Hex(thing.Imprint);
            if (thing.Item is { } item)
            {
                body.Name("item"u8);
                body.Number(item);
            }

            body.Name("notAfter"u8);
            body.Time(new DateTimeOffset(token.Signer.NotAfter));
            body.Name("policy"u8);
            body.String(token.Info.PolicyId.Value!);
            if (thing.Tree is { } root)
            {
                body.Name("root"u8);
                body.Hex(root.Root);
            }

            body.Name("serial"u8);
            body.Hex(token.Info.GetSerialNumber().Span);
            if (thing.Tree is { } tree)
            {
                body.Name("size"u8);
                body.Number(tree.Size);
            }

            body.Name("time"u8);
            body.Time(token.Info.Timestamp);
            body.Name("token"u8);
            body.Hex(SHA256.HashData(token.Der));
            body.Name("type"u8);
            body.Ascii("timestamp"u8);
        })
        {
            Private = json =>
            {
                json.Name("certificates"u8);
                json.BeginArray();
                foreach (var certificate in token.Chain) json.Base64(certificate.RawData);
                json.EndArray();
                json.Name("revocation"u8);
                json.BeginArray();
                foreach (var (list, digest) in revocation) Write(json, list, digest);
                json.EndArray();
                json.Name("token"u8);
                json.Base64(token.Der);
            },
        };
    }

    static List<(RevocationList List, Hash? Object)> Stored(StampedToken stamped, ObjectStore objects)
    {
        var stored = new List<(RevocationList, Hash?)>();
        var inline = stamped.Token.Der.Length + stamped.Token.Chain.Sum(certificate => certificate.RawData.Length);
        foreach (var list in stamped.Revocation)
        {
            var fits = list.Der.Length <= MaximumInlineListBytes && inline + list.Der.Length <= MaximumInlineBytes;
            if (fits) inline += list.Der.Length;
            stored.Add((list, fits ? null : objects.Put(list.Der).Digest));
        }

        return stored;
    }

    static void Write(CanonicalJsonWriter json, RevocationList list, Hash? stored)
    {
        json.BeginObject();
        if (stored is { } digest)
        {
            json.Name("object"u8);
            json.Hex(digest);
        }
        else
        {
            json.Name("bytes"u8);
            json.Base64(list.Der);
        }

        json.Name("url"u8);
        json.String(list.Url);
        json.EndObject();
    }
}
