using EdgeGateway.Storage.Files;
using EdgeGateway.Uploads;

namespace EdgeGateway.Storage.Uploads;

/// <summary>
/// <c>uploads/&lt;device&gt;/</c>: of an upload that is open its bytes (<c>.part</c>), the list of its chunks (<c>.chunks</c>) and its record
/// (<c>.upload</c>), which is made last and deleted first; of one that is sealed its record with the receipt (<c>.sealed</c>). Calls for one
/// upload one at a time.
/// </summary>
public sealed class UploadFolder(string root)
{
    const string OpenSuffix = ".upload";
    const string SealedSuffix = ".sealed";

    /// <summary>Where an upload's bytes are.</summary>
    public string ContentOf(UploadRecord record) => PathOf(record.Device, record.Upload, ".part");

    /// <summary>The records of what was open when the process before this one ended; leftovers are removed.</summary>
    /// <param name="damaged">Gets the path of each record that is not what was written: it is removed, and the device begins again.</param>
    public IReadOnlyList<UploadRecord> Load(Action<string> damaged)
    {
        DurableDirectory.Create(root);
        var open = new List<UploadRecord>();
        foreach (var device in Directory.GetDirectories(root))
        {
            AtomicFile.RemoveLeftovers(device);
            foreach (var path in Directory.GetFiles(device, "*" + OpenSuffix))
            {
                var record = UploadRecordFile.Read(path);
                if (record is null) damaged(path);
                var name = path[..^OpenSuffix.Length];
                if (record is not null && !File.Exists(name + SealedSuffix)) open.Add(record);
                else Remove(Path.GetFileName(device), Path.GetFileName(name));
            }

            foreach (var path in Directory.GetFiles(device, "*.part").Concat(Directory.GetFiles(device, "*.chunks")))
            {
                if (!File.Exists(Path.ChangeExtension(path, OpenSuffix))) File.Delete(path);
            }
        }

        return open;
    }

    /// <summary>Begins an upload; durable on return.</summary>
    /// <exception cref="StorageFullException">There is no room; nothing was begun.</exception>
    public UploadFile Begin(UploadRecord record, UploadManifest manifest)
    {
        DurableDirectory.Create(Path.Combine(root, record.Device));
        var file = UploadFile.Create(ContentOf(record), PathOf(record.Device, record.Upload, ".chunks"), manifest);
        try
        {
            // Its sync of the directory makes all three names durable.
            UploadRecordFile.Write(PathOf(record.Device, record.Upload, OpenSuffix), record);
            return file;
        }
        catch
        {
            file.Dispose();
            Remove(record.Device, record.Upload);
            throw;
        }
    }

    /// <inheritdoc cref="UploadFile.Open"/>
    public UploadFile Open(UploadRecord record, UploadManifest manifest, ChunkSet durable)
    {
        for (var chunk = 0; record.IsComplete && chunk < manifest.Chunks; chunk++) durable.Add(chunk);
        return UploadFile.Open(ContentOf(record), PathOf(record.Device, record.Upload, ".chunks"), manifest, durable);
    }

    /// <summary>Keeps that all of it is there: from now on its bytes may have another name in the object store. Durable on return.</summary>
    public void KeepComplete(UploadRecord record) => UploadRecordFile.Write(PathOf(record.Device, record.Upload, OpenSuffix), record);

    /// <summary>Keeps the receipt, and then nothing else; durable on return.</summary>
    public void KeepReceipt(UploadRecord record)
    {
        UploadRecordFile.Write(PathOf(record.Device, record.Upload, SealedSuffix), record);
        Remove(record.Device, record.Upload);
    }

    /// <summary>The record of an upload that was sealed; null where there is none, or none any more.</summary>
    public UploadRecord? FindSealed(string device, string upload) =>
        UploadRecordFile.Read(PathOf(device, upload, SealedSuffix)) is { Receipt: not null } record ? record : null;

    /// <summary>Forgets an open upload and its bytes.</summary>
    public void Remove(string device, string upload)
    {
        File.Delete(PathOf(device, upload, OpenSuffix));
        File.Delete(PathOf(device, upload, ".part"));
        File.Delete(PathOf(device, upload, ".chunks"));
    }

    /// <summary>Removes receipts that are older than <paramref name="before"/>, and of each device all but the newest <paramref name="most"/>.</summary>
    public void RemoveReceipts(DateTime before, int most)
    {
        foreach (var device in Directory.GetDirectories(root))
        {
            var receipts = new DirectoryInfo(device).GetFiles("*" + SealedSuffix).OrderByDescending(file => file.LastWriteTimeUtc).ToList();
            for (var i = 0; i < receipts.Count; i++)
            {
                if (i >= most || receipts[i].LastWriteTimeUtc < before) receipts[i].Delete();
            }
        }
    }

    string PathOf(string device, string upload, string suffix) => Path.Combine(root, device, upload + suffix);
}
