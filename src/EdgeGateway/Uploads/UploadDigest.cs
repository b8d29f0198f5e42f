using System.Buffers;
using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Uploads;

namespace EdgeGateway.Uploads;

/// <summary>
/// The digest of an upload, which follows its bytes as they become whole from the front. It is of what was read back from the file and not
/// of what came, so that it speaks of what is kept. One thread at a time.
/// </summary>
sealed class UploadDigest(bool withSm3) : IDisposable
{
    const int BufferBytes = 1024 * 1024;

    readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly Sm3? _sm3 = withSm3 ? new Sm3() : null;

    public long Position { get; private set; }

    /// <summary>Reads on to <paramref name="end"/>, or to where it is cancelled.</summary>
    /// <exception cref="IOException">The file can't be read, or is shorter.</exception>
    public async Task AdvanceAsync(UploadFile file, long end, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (Position < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = (int)Math.Min(BufferBytes, end - Position);
                if (file.Read(Position, buffer.AsSpan(0, count)) != count) throw new IOException($"The bytes of an upload end before {end}.");

                // On another processor, since it takes ten times as long.
                var second = _sm3 is { } sm3 ? Task.Run(() => sm3.Append(buffer.AsSpan(0, count)), CancellationToken.None) : Task.CompletedTask;
                _sha256.AppendData(buffer, 0, count);
                await second;
                Position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public (Hash Sha256, Hash? Sm3) Current()
    {
        Span<byte> digest = stackalloc byte[Hash.Length];
        _sha256.GetCurrentHash(digest);
        return (new Hash(digest), _sm3?.Digest());
    }

    public void Dispose() => _sha256.Dispose();
}
