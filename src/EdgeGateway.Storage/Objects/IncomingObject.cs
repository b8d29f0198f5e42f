using System.Buffers;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Objects;

/// <summary>
/// Content on its way into the store: written to a temporary file and hashed in the same pass, with SM3 too on a second
/// processor where that is wanted. Disposing removes the temporary file, whatever became of it. One thread at a time.
/// </summary>
sealed class IncomingObject(string path, SafeFileHandle file, bool withSm3 = false) : IDisposable
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    const int BufferBytes = 1024 * 1024;

    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly Sm3? _sm3 = withSm3 ? new Sm3() : null;

    public string Path => path;

    public long Size { get; private set; }

    public static IncomingObject Create(string path, bool withSm3) => new(path, DurableFile.Create(path, Mode), withSm3);

    public void Write(ReadOnlySpan<byte> content)
    {
        _sha256.AppendData(content);
        _sm3?.Append(content);
        DurableFile.Write(file, content, Size);
        Size += content.Length;
    }

    /// <summary>Takes all of a stream; the disk writes one buffer, and SM3 hashes it, while the next one is read and hashed.</summary>
    /// <returns>False once more than the limit has come; <see cref="Size"/> then says how much.</returns>
    public async Task<bool> WriteAsync(Stream content, long maximumBytes, CancellationToken cancellationToken)
    {
        var reading = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var writing = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var written = Task.CompletedTask;
        try
        {
            while (true)
            {
                var count = await content.ReadAtLeastAsync(
                    reading.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, cancellationToken);
                var offset = Size;
                Size += count;
                if (Size > maximumBytes) return false;
                _sha256.AppendData(reading, 0, count);
                await written;
                if (count == 0) return true;
                (reading, writing) = (writing, reading);
                var full = writing;
                written = Task.Run(() => DurableFile.Write(file, full.AsSpan(0, count), offset), CancellationToken.None);
                if (_sm3 is { } sm3) written = Task.WhenAll(written, Task.Run(() => sm3.Append(full.AsSpan(0, count)), CancellationToken.None));
            }
        }
        finally
        {
            // Whatever ended the loop, nobody may use the buffer while the disk still reads it. Its own failure matters
            // only where the loop had not already awaited it, and there another exception is under way.
            await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(reading);
            ArrayPool<byte>.Shared.Return(writing);
        }
    }

    public Hash Digest()
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        _sha256.GetCurrentHash(digest);
        return new Hash(digest);
    }

    /// <summary>Null where it was not wanted.</summary>
    public Hash? Sm3Digest() => _sm3?.Digest();

    /// <summary>Content and length are on disk when this returns, under the temporary name.</summary>
    public void Sync() => DurableFile.Sync(file);

    public void Dispose()
    {
        _sha256.Dispose();
        file.Dispose();
        File.Delete(path);
    }
}
