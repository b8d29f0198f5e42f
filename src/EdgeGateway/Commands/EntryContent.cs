using System.Text.Json;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Texts;

namespace EdgeGateway.Commands;

/// <summary>The bytes that an entry sealed, from its private part or from the object that it names.</summary>
static class EntryContent
{
    /// <summary>Larger objects are not read into memory to be shown; <c>--raw FILE</c> copies them from the object.</summary>
    const int MaximumShownBytes = 1 << 20;

    /// <returns>Null where the entry has no bytes, they are erased, or they are a large or missing object.</returns>
    /// <exception cref="GatewayException">The bytes are not those that were sealed.</exception>
    public static byte[]? Read(EntryView entry, ObjectStore objects)
    {
        if (entry.IsErased) return null;
        if (entry.Private.TryGetProperty("bytes"u8, out var inline) && inline.ValueKind == JsonValueKind.String)
        {
            return inline.TryGetBytesFromBase64(out var bytes) ? Checked(entry, bytes) : null;
        }

        if (entry.Private.Digest("object"u8) is not { } digest || !objects.Exists(digest)) return null;
        using var file = objects.OpenRead(digest);
        if (file.Length > MaximumShownBytes) return null;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return Checked(entry, content);
    }

    /// <summary>A refusal keeps only the beginning of what arrived, so its digest is of more.</summary>
    static byte[] Checked(EntryView entry, byte[] content)
    {
        if (entry.Kind == EntryKind.Quarantine || entry.Private.Object("digest"u8)?.Digest("sha256"u8) is not { } digest) return content;
        return new Hash(System.Security.Cryptography.SHA256.HashData(content)) == digest
            ? content
            : throw Failure.Of("content.changed", entry.Index, digest);
    }
}
