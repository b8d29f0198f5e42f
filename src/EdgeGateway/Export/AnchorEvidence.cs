using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>What a time-stamp's anchor keeps in its private part (docs/ledger-format.md, "anchor").</summary>
/// <param name="RootsPem">Certificates that sign themselves; where the authority sent none, the topmost, so that the file is there.</param>
/// <param name="ChainPem">The others; may be empty.</param>
/// <param name="HasRoot">Whether one signs itself.</param>
sealed record AnchorEvidence(byte[] Token, string RootsPem, string ChainPem, bool HasRoot, IReadOnlyList<RevocationData> Revocation)
{
    const int MaximumCertificates = 32;

    /// <summary>Null where it was erased or holds no token.</summary>
    public static AnchorEvidence? Read(JsonElement hidden)
    {
        if (Base64(hidden, "token"u8) is not { } token) return null;
        var roots = new List<string>();
        var chain = new List<string>();
        foreach (var element in Elements(hidden, "certificates"u8).Take(MaximumCertificates))
        {
            if (element.ValueKind != JsonValueKind.String || !element.TryGetBytesFromBase64(out var der)) continue;
            var pem = PemEncoding.WriteString("CERTIFICATE", der) + "\n";
            (IsSelfIssued(der) ? roots : chain).Add(pem);
        }

        var hasRoot = roots.Count > 0;
        if (!hasRoot && chain.Count > 0) roots.Add(chain[^1]);
        var revocation = Elements(hidden, "revocation"u8).Take(MaximumCertificates).Select(RevocationData.Read).OfType<RevocationData>();
        return new AnchorEvidence(token, string.Concat(roots), string.Concat(chain), hasRoot, [.. revocation]);
    }

    static IEnumerable<JsonElement> Elements(JsonElement json, ReadOnlySpan<byte> name) => json.Array(name) is { } array ? [.. array.EnumerateArray()] : [];

    internal static byte[]? Base64(JsonElement json, ReadOnlySpan<byte> name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : null;

    static bool IsSelfIssued(byte[] der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        }
        catch (CryptographicException)
        {
            // Kept in the bag as it was sealed; openssl will say what is wrong with it.
            return false;
        }
    }
}

/// <summary>A revocation list as it was fetched with the token.</summary>
/// <param name="Bytes">Empty where it lies in an object.</param>
/// <param name="Object">SHA-256 of the object; null where the bytes are here.</param>
sealed record RevocationData(byte[] Bytes, Hash? Object)
{
    /// <summary>No longer list is fetched.</summary>
    public const int MaximumBytes = 4 << 20;

    public static RevocationData? Read(JsonElement json) =>
        AnchorEvidence.Base64(json, "bytes"u8) is { } bytes ? new RevocationData(bytes, null)
        : json.ValueKind == JsonValueKind.Object && json.Digest("object"u8) is { } digest ? new RevocationData([], digest)
        : null;
}

/// <summary>The base64 of a cosignature's note line: key id, time, signature.</summary>
sealed record CosignatureLine(long Timestamp, byte[] Signature)
{
    const int KeyIdBytes = 4;
    const int TimeBytes = 8;

    /// <summary>What a witness signs (C2SP tlog-cosignature, "cosignature/v1").</summary>
    public static string Message(long timestamp, string checkpoint) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cosignature/v1\ntime {timestamp}\n{checkpoint}");

    public static CosignatureLine? Read(string? base64)
    {
        var bytes = new byte[128];
        if (base64 is null || !Convert.TryFromBase64String(base64, bytes, out var length) || length != KeyIdBytes + TimeBytes + 64) return null;
        var time = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(KeyIdBytes));
        return time < 0 ? null : new CosignatureLine(time, bytes[(KeyIdBytes + TimeBytes)..length]);
    }
}
