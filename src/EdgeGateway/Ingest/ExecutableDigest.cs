using System.Security.Cryptography;

namespace EdgeGateway.Ingest;

/// <summary>
/// Of the assemblies that are ours, in the order of their names: what a rebuilt release can be compared with.
/// </summary>
static class ExecutableDigest
{
    /// <summary>SHA-256 over the SHA-256 of each.</summary>
    public static byte[] Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileName(path) is var name && (name == "edgegw.dll" || name.StartsWith("EdgeGateway.", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal))
        {
            using var file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }

        return hash.GetHashAndReset();
    }
}
