using System.Globalization;
using System.Text.Json;
using EdgeGateway.Bags;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>Writes an item's bytes as they arrived, and compares them with the digest that was sealed.</summary>
/// <param name="medium">载体编号 of the medium that the object was moved to.</param>
sealed class OriginalFile(BagTarget bag, IExportSource source, string? medium, Action<string, long> progress)
{
    /// <returns>Null where the bytes were erased.</returns>
    /// <exception cref="GatewayException">They are missing, or are not what was sealed.</exception>
    public async Task<(string File, BagDigests? Digests)?> AddAsync(string folder, string mediaType, EntryView entry, CancellationToken cancellationToken)
    {
        if (entry.IsErased) return null;
        await using var content = Open(entry);
        var whole = content.Length == entry.Body.Integer("size"u8);
        var file = $"{folder}/{(whole ? "original" : "beginning")}.{MediaExtension.Of(mediaType)}";
        var written = await bag.AddAsync(file, content, bytes => progress(file, bytes), cancellationToken);
        if (written.Sm3 is not { } sm3) return (file, null);

        var digest = entry.Private.Object("digest"u8);
        var sealedSm3 = digest?.Digest("sm3"u8);
        if (whole && (digest?.Digest("sha256"u8) != written.Sha256 || sealedSm3 is not null && sealedSm3 != sm3))
        {
            throw new GatewayException($"The bytes of entry {entry.Index} are not what was sealed: they have another digest. Restore them from a backup; 'edgegw ledger verify --objects' names all that are wrong.");
        }

        return (file, new BagDigests(written.Sha256, sm3, whole && sealedSm3 is not null, whole));
    }

    /// <summary>That the bytes are there; what they are is only seen when they are written.</summary>
    /// <exception cref="GatewayException">They are missing.</exception>
    public void Check(EntryView entry)
    {
        if (!entry.IsErased) Open(entry).Dispose();
    }

    Stream Open(EntryView entry)
    {
        if (entry.Private.TryGetProperty("bytes"u8, out var inline) && inline.ValueKind == JsonValueKind.String && inline.TryGetBytesFromBase64(out var bytes))
        {
            return new MemoryStream(bytes, writable: false);
        }

        if (entry.Private.Digest("object"u8) is not { } digest)
        {
            throw new GatewayException(string.Create(CultureInfo.InvariantCulture, $"Entry {entry.Index} names no bytes."));
        }

        return source.OpenObject(digest, string.Create(CultureInfo.InvariantCulture, $"entry {entry.Index}"), medium);
    }
}
