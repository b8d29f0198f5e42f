using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Containment;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;

namespace EdgeGateway.Media;

/// <summary>
/// Looks into media once it is sealed, one file at a time and at low priority, behind the ledger from a position of its own; so it never keeps a device
/// waiting. A failure is logged and tried again; it never stops the gateway.
/// </summary>
sealed partial class MediaService(GatewayData data, MediaExaminer examiner, MediaOptions options, TimeProvider time, ILogger<MediaService> logger) : BackgroundService
{
    const int Batch = 1024;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static readonly TimeSpan Behind = TimeSpan.FromSeconds(1);
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    string PositionFile => Path.Combine(MediaFolder.Root(data.Path), "position");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Examine) return;

        // Whatever wakes the gateway comes first.
        await Task.Yield();
        if (Sandbox.Missing is { } missing)
        {
            LogNotContained(DisplayText.Of(missing));
            return;
        }

        try
        {
            for (string? told = null; ;)
            {
                try
                {
                    DurableDirectory.Create(MediaFolder.Root(data.Path));
                    await FollowAsync(stoppingToken);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or LedgerCorruptException)
                {
                    if (told != e.Message) LogFailed(e);
                    told = e.Message;
                    await Task.Delay(RetryAfter, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It goes on from its position at the next start.
        }
    }

    async Task FollowAsync(CancellationToken stoppingToken)
    {
        var (position, written) = (ReadPosition(), 0L);
        while (true)
        {
            // A little behind, so that sealing has the disk and the processor first.
            await data.Ledger.WaitForMoreAsync(position, stoppingToken);
            await Task.Delay(Behind, time, stoppingToken);
            var isMedia = false;
            for (var end = data.Ledger.DurableSize; position < end;)
            {
                stoppingToken.ThrowIfCancellationRequested();
                var records = data.Ledger.Read(position, Batch);
                foreach (var record in records) isMedia |= await ExamineAsync(record, stoppingToken);
                position += records.Count;
                if (records.Count == 0) break;
            }

            if (!isMedia && position - written < Batch) continue;
            AtomicFile.Write(PositionFile, System.Text.Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture)), Mode);
            written = position;
        }
    }

    /// <returns>Whether it was media.</returns>
    async ValueTask<bool> ExamineAsync(LedgerRecord record, CancellationToken stoppingToken)
    {
        // Most entries are none, and are not taken apart.
        if (record.PrivatePart.Span.IndexOf("\"object\":"u8) < 0) return false;
        Hash original;
        using (var entry = EntryView.Parse(record))
        {
            if (entry is not { Kind: EntryKind.Evidence, IsErased: false } || entry.Private.Digest("object"u8) is not { } digest) return false;
            original = digest;
        }

        await ExamineAsync(original, stoppingToken);
        return true;
    }

    async Task ExamineAsync(Hash original, CancellationToken stoppingToken)
    {
        if (MediaFolder.IsKnown(data.Path, original) || !data.Objects.Exists(original)) return;
        var path = data.Objects.PathOf(original);
        if (!data.Ledger.HasRoomFor(new FileInfo(path).Length)) throw new IOException("There is no room for what is made of media: free disk space.");
        var work = MediaFolder.Begin(data.Path);
        var facts = await FactsOfAsync(path, original, work, stoppingToken);
        MediaFolder.Keep(data.Path, original, work, facts);

        // Erased meanwhile: with the original goes what was made of it.
        if (!data.Objects.Exists(original)) MediaFolder.Remove(data.Path, original);
    }

    /// <summary>What nobody foresaw in one file must neither stop the gateway nor keep the files behind it waiting.</summary>
    async Task<JsonObject> FactsOfAsync(string path, Hash original, string work, CancellationToken stoppingToken)
    {
        try
        {
            return await examiner.ExamineAsync(path, original, work, stoppingToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException or UnauthorizedAccessException))
        {
            LogNotExamined(original, e);
            return MediaExaminer.Failed(original, time.GetUtcNow(), e.Message);
        }
    }

    /// <summary>Lost or unreadable, it begins anew: what is known already is not made again.</summary>
    long ReadPosition() =>
        File.Exists(PositionFile) && long.TryParse(File.ReadAllText(PositionFile), NumberStyles.None, CultureInfo.InvariantCulture, out var position) && position <= data.Ledger.Size ? position : 0;

    [LoggerMessage(1441, LogLevel.Warning, "Media is not looked into: it is done in a container only, and {Reason} (Debian: apt-get install bubblewrap)")]
    partial void LogNotContained(string reason);

    [LoggerMessage(1443, LogLevel.Error, "Object {Object} could not be looked into, and is not tried again")]
    partial void LogNotExamined(Hash @object, Exception exception);

    [LoggerMessage(1442, LogLevel.Warning, "Media can't be looked into for now; it is tried again")]
    partial void LogFailed(Exception exception);
}
