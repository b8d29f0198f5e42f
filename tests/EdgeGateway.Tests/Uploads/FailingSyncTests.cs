using EdgeGateway.Evidence;
using EdgeGateway.Storage.Uploads;
using EdgeGateway.Tests.Support;
using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Uploads;

/// <summary>A disk that takes an upload's bytes and then can't make them durable.</summary>
public sealed class FailingSyncTests : IDisposable
{
    // It takes every write, and fdatasync on it is EINVAL.
    const string Unsyncable = "/dev/null";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sync_that_failed_is_never_tried_again_and_nothing_is_acknowledged_any_more()
    {
        var content = UploadBench.Content(3 * UploadBench.ChunkSize);
        var text = UploadBench.Manifest(content);
        var manifest = ManifestReader.Read(text, out _)!;
        await File.WriteAllBytesAsync(_folder["list"], []);
        var durable = new ChunkSet(manifest.Chunks);
        var failure = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var open = new OpenUpload(
            new UploadRecord { Device = "cam-1", Upload = "clip-1", Message = "clip", Address = "", Authentication = Authentication.None, Manifest = text },
            manifest, UploadFile.Open(Unsyncable, _folder["list"], manifest, durable), durable, withSm3: false, openedAt: 0,
            (_, digest, e) =>
            {
                failure.SetResult(digest is null ? e : null);
                return Task.CompletedTask;
            });

        var first = await open.Write(0, content.AsSpan(0, UploadBench.ChunkSize)).Outcome;
        var next = open.Write(1, content.AsSpan(UploadBench.ChunkSize, UploadBench.ChunkSize)).Outcome;

        Assert.Equal(SealStatus.Unavailable, first.Status);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.Equal(SealStatus.Unavailable, (await next).Status);
        Assert.IsAssignableFrom<IOException>(await failure.Task);
        Assert.False(open.IsWhole);
        Assert.Equal(0, new FileInfo(_folder["list"]).Length);
    }
}
