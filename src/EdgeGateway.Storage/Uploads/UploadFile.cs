using System.Buffers;
using System.Buffers.Binary;
using EdgeGateway.Storage.Files;
using EdgeGateway.Uploads;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Storage.Uploads;

/// <summary>
/// The bytes of an upload, each chunk in its place, and beside them the list of those chunks that are durable. A chunk is written to the
/// list only once its bytes are on disk, so the list never promises too much. Chunks may be written and read by several threads;
/// <see cref="Sync"/> by one at a time.
/// </summary>
public sealed class UploadFile : IDisposable
{
    /// <summary>A chunk's number and its complement, big-endian: what does not fit together is no entry.</summary>
    const int EntryBytes = 8;

    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    readonly SafeFileHandle _content;
    readonly SafeFileHandle _list;
    readonly UploadManifest _manifest;
    long _listed;

    UploadFile(SafeFileHandle content, SafeFileHandle list, UploadManifest manifest, long listed)
    {
        _content = content;
        _list = list;
        _manifest = manifest;
        _listed = listed;
    }

    /// <summary>Makes both files; their names are durable only after a sync of the directory.</summary>
    public static UploadFile Create(string content, string list, UploadManifest manifest)
    {
        File.Delete(content);
        File.Delete(list);
        var handle = DurableFile.Create(content, Mode);
        try
        {
            return new UploadFile(handle, DurableFile.Create(list, Mode), manifest, 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens what a process before this one has left.</summary>
    /// <param name="durable">Gets the chunks that are listed and within the file: a damaged list makes them fewer, and they are sent again.</param>
    /// <exception cref="IOException">One of the two can't be opened.</exception>
    public static UploadFile Open(string content, string list, UploadManifest manifest, ChunkSet durable)
    {
        var handle = File.OpenHandle(content, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            var entries = File.ReadAllBytes(list);
            var length = RandomAccess.GetLength(handle);
            for (var at = 0; at + EntryBytes <= entries.Length; at += EntryBytes)
            {
                var chunk = BinaryPrimitives.ReadUInt32BigEndian(entries.AsSpan(at));
                if (BinaryPrimitives.ReadUInt32BigEndian(entries.AsSpan(at + 4)) != ~chunk || chunk >= manifest.Chunks) continue;
                if (manifest.OffsetOf((int)chunk) + manifest.LengthOf((int)chunk) <= length) durable.Add((int)chunk);
            }

            // A torn entry at the end is written over.
            var listHandle = File.OpenHandle(list, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new UploadFile(handle, listHandle, manifest, entries.Length / EntryBytes * EntryBytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Not durable before a <see cref="Sync"/>.</summary>
    /// <exception cref="StorageFullException">There is no room; part of it may have been written.</exception>
    public void Write(int chunk, ReadOnlySpan<byte> bytes) => DurableFile.Write(_content, bytes, _manifest.OffsetOf(chunk));

    /// <summary>Whether a chunk that was written has these bytes.</summary>
    public bool Holds(int chunk, ReadOnlySpan<byte> bytes)
    {
        var there = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            return Read(_manifest.OffsetOf(chunk), there.AsSpan(0, bytes.Length)) == bytes.Length && there.AsSpan(0, bytes.Length).SequenceEqual(bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(there);
        }
    }

    /// <returns>How many bytes were there.</returns>
    public int Read(long offset, Span<byte> bytes)
    {
        var total = 0;
        while (total < bytes.Length && RandomAccess.Read(_content, bytes[total..], offset + total) is > 0 and var count) total += count;
        return total;
    }

    /// <summary>Makes the chunks that were written durable, and then their place in the list.</summary>
    /// <exception cref="StorageFullException">There is no room for the list; it may be tried again.</exception>
    /// <exception cref="IOException">The disk failed, and the bytes may be lost: never go on with this upload.</exception>
    public void Sync(IReadOnlyCollection<int> chunks)
    {
        DurableFile.DataSync(_content);
        var entries = new byte[chunks.Count * EntryBytes];
        var at = 0;
        foreach (var chunk in chunks)
        {
            BinaryPrimitives.WriteUInt32BigEndian(entries.AsSpan(at), (uint)chunk);
            BinaryPrimitives.WriteUInt32BigEndian(entries.AsSpan(at + 4), ~(uint)chunk);
            at += EntryBytes;
        }

        DurableFile.Write(_list, entries, _listed);
        DurableFile.DataSync(_list);
        _listed += entries.Length;
    }

    /// <summary>Content and all metadata, before the file gets its name in the object store.</summary>
    public void SyncWhole() => DurableFile.Sync(_content);

    public void Dispose()
    {
        _content.Dispose();
        _list.Dispose();
    }
}
