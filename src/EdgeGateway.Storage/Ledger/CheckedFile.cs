using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Storage.Ledger;

/// <summary>A small file that ends in the SHA-256 of everything before it; always whole, the old content or the new.</summary>
static class CheckedFile
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <param name="bytes">The content, with 32 bytes at the end where the hash is put. Durable on return.</param>
    /// <exception cref="StorageFullException">The old content stands.</exception>
    public static void Write(string path, byte[] bytes)
    {
        var hashed = bytes.Length - Hash.Length;
        SHA256.HashData(bytes.AsSpan(0, hashed), bytes.AsSpan(hashed));
        AtomicFile.Write(path, bytes, Mode);
    }

    /// <returns>The content without its hash.</returns>
    /// <exception cref="LedgerCorruptException">It is missing or not what was written.</exception>
    public static ReadOnlyMemory<byte> Read(string path, ReadOnlySpan<byte> magic)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LedgerCorruptException($"'{path}' is missing. Restore it from a backup; the ledger's tiles and log are untouched.");
        }

        var hashed = bytes.Length - Hash.Length;
        if (hashed < magic.Length || !bytes.AsSpan(0, magic.Length).SequenceEqual(magic)
            || !SHA256.HashData(bytes.AsSpan(0, hashed)).AsSpan().SequenceEqual(bytes.AsSpan(hashed)))
        {
            throw Damaged(path, "its checksum does not hold");
        }

        return bytes.AsMemory(0, hashed);
    }

    public static LedgerCorruptException Damaged(string path, string what) =>
        new($"'{path}' is damaged: {what}. Restore it from a backup; the ledger's tiles and log are untouched.");
}
