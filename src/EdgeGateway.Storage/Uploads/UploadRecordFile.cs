using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Uploads;

namespace EdgeGateway.Storage.Uploads;

/// <summary>An <see cref="UploadRecord"/> as a file: JSON, and behind it the SHA-256 of that.</summary>
static class UploadRecordFile
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>A manifest has 16 KiB and the rest is short.</summary>
    const int MaximumBytes = 64 * 1024;

    /// <exception cref="StorageFullException">There is no room; the old content stands.</exception>
    public static void Write(string path, UploadRecord record)
    {
        var json = new JsonObject
        {
            ["device"] = record.Device,
            ["upload"] = record.Upload,
            ["message"] = record.Message,
            ["address"] = record.Address,
            ["method"] = record.Authentication.Method,
            ["credential"] = record.Authentication.CredentialId,
            ["tls"] = record.Authentication.Tls,
            ["complete"] = record.IsComplete,
            ["manifest"] = Convert.ToBase64String(record.Manifest.Span),
        };
        if (record.Receipt is { } receipt)
        {
            json["index"] = receipt.Index;
            json["leafHash"] = receipt.LeafHash.ToString();
            json["sha256"] = receipt.Sha256.ToString();
            json["sealedAt"] = LedgerTime.Format(receipt.SealedAt);
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        AtomicFile.Write(path, [.. bytes, .. SHA256.HashData(bytes)], Mode);
    }

    /// <returns>Null where it is not there, or not what was written.</returns>
    public static UploadRecord? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length is < Hash.Length or > MaximumBytes) return null;
        var bytes = File.ReadAllBytes(path);
        var content = bytes.AsSpan(0, Math.Max(0, bytes.Length - Hash.Length));
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(bytes.AsSpan(content.Length))) return null;

        // Its digest holds, so that it is what was written.
        var json = JsonNode.Parse(content)!.AsObject();
        return new UploadRecord
        {
            Device = Text(json, "device"),
            Upload = Text(json, "upload"),
            Message = Text(json, "message"),
            Address = Text(json, "address"),
            Authentication = new Authentication(Text(json, "method"), (string?)json["credential"], Text(json, "tls")),
            Manifest = Convert.FromBase64String(Text(json, "manifest")),
            IsComplete = (bool)json["complete"]!,
            Receipt = json["index"] is not { } index ? null
                : new UploadAnswer.Sealed(
                    (long)index, Hash.Parse(Text(json, "leafHash")), Hash.Parse(Text(json, "sha256")),
                    DateTimeOffset.Parse(Text(json, "sealedAt"), CultureInfo.InvariantCulture)),
        };
    }

    static string Text(JsonObject json, string name) => (string)json[name]!;
}
