using System.Runtime.InteropServices;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary>
/// System calls that fail for real: the descriptor of an open file is made to lead to a device on which they do.
/// </summary>
public sealed partial class SealingFailureTests : IDisposable
{
    const int ReadWrite = 2;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/dev/null", "fdatasync")]
    [InlineData("/dev/full", "no room")]
    public async Task When_the_log_cannot_be_written_or_synced_nobody_is_acknowledged_and_sealing_ends(string device, string what)
    {
        var ledger = TestLedger.Open(_folder);
        await TestLedger.SealAsync(ledger, 0, 5);
        var waiting = ledger.WaitForMoreAsync(ledger.Size, CancellationToken.None);
        using var gate = new LedgerGateDraft();
        await ledger.SubmitAsync(gate, CancellationToken.None);
        await gate.Reached;
        var drafts = Enumerable.Range(5, 600).Select(n => TestLedger.Draft(n)).ToList();
        foreach (var draft in drafts) await ledger.SubmitAsync(draft, CancellationToken.None);
        Redirect(_folder["ledger", "wal", WalFormat.SegmentName(1)], device);
        gate.Open();

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => ledger.Completion.WaitAsync(Limit));

        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(drafts.Select(draft => draft.Outcome)).WaitAsync(Limit), outcome => Assert.Equal(SealOutcome.Unavailable, outcome));
        var late = TestLedger.Draft(1000);
        Assert.False(await ledger.SubmitAsync(late, CancellationToken.None));
        Assert.Equal(SealStatus.Unavailable, (await late.Outcome).Status);
        await Assert.ThrowsAsync<LedgerClosedException>(() => waiting);
        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.CheckpointAsync(CancellationToken.None));
        await Assert.ThrowsAnyAsync<IOException>(() => ledger.DisposeAsync().AsTask().WaitAsync(Limit));
        Assert.False(File.Exists(_folder["ledger", "checkpoint"]));
        await using var again = TestLedger.Open(_folder);
        Assert.Equal(Enumerable.Range(0, 5), TestLedger.Numbers(again));
    }

    [Fact]
    public async Task When_a_bundle_cannot_be_synced_nothing_is_signed_and_sealing_ends()
    {
        var ledger = TestLedger.Open(_folder);
        var outcomes = await TestLedger.SealAsync(ledger, 0, 300);
        var before = await File.ReadAllBytesAsync(_folder["ledger", "state"]);
        Redirect(_folder["ledger", "tile", "entries", "000"], "/dev/null");

        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.CheckpointAsync(CancellationToken.None).WaitAsync(Limit));

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => ledger.Completion.WaitAsync(Limit));
        Assert.Contains("fsync", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder["ledger", "state"]));
        Assert.False(File.Exists(_folder["ledger", "checkpoint"]));
        await Assert.ThrowsAnyAsync<IOException>(async () => await ledger.DisposeAsync());
        await EverythingIsThere(outcomes);
    }

    [Theory]
    [InlineData("tile", 300)]
    [InlineData("../payloads", 300)]
    public async Task When_the_integrator_fails_whoever_waits_is_answered_and_what_was_acknowledged_is_there_after_a_restart(string blocked, int count)
    {
        // A file where a folder belongs: nothing that freed space would mend.
        var path = Path.GetFullPath(Path.Combine(_folder["ledger"], blocked));
        var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { QueueLength = 8 });
        await File.WriteAllTextAsync(path, "");
        var outcomes = new List<SealOutcome>();
        for (var n = 0; n < count * 10; n++)
        {
            var draft = TestLedger.Draft(n);
            var taken = await ledger.SubmitAsync(draft, CancellationToken.None).AsTask().WaitAsync(Limit);
            outcomes.Add(await draft.Outcome.WaitAsync(Limit));
            if (!taken) break;
        }

        await Assert.ThrowsAnyAsync<IOException>(() => ledger.Completion.WaitAsync(Limit));
        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.CatchUpAsync(CancellationToken.None).WaitAsync(Limit));
        await Assert.ThrowsAnyAsync<IOException>(() => ledger.DisposeAsync().AsTask().WaitAsync(Limit));
        File.Delete(path);
        await EverythingIsThere([.. outcomes.Where(outcome => outcome.Status == SealStatus.Sealed)]);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("heads")]
    [InlineData("checkpoint")]
    public async Task When_a_file_cannot_be_replaced_the_checkpoint_fails_and_sealing_ends(string file)
    {
        var ledger = TestLedger.Open(_folder);
        var outcomes = await TestLedger.SealAsync(ledger, 0, 5);
        var path = _folder["ledger", file];
        var content = File.Exists(path) ? await File.ReadAllBytesAsync(path) : null;
        File.Delete(path);
        Directory.CreateDirectory(_folder["ledger", file, "in the way"]);

        await Assert.ThrowsAsync<LedgerClosedException>(() => ledger.CheckpointAsync(CancellationToken.None).WaitAsync(Limit));

        await Assert.ThrowsAnyAsync<IOException>(() => ledger.DisposeAsync().AsTask().WaitAsync(Limit));
        Directory.Delete(path, recursive: true);
        if (content is not null) await File.WriteAllBytesAsync(path, content);
        await EverythingIsThere(outcomes);
    }

    async Task EverythingIsThere(IReadOnlyCollection<SealOutcome> outcomes)
    {
        await using var again = TestLedger.Open(_folder);
        Assert.All(outcomes, outcome => Assert.Equal(outcome.LeafHash, Merkle.LeafHash(again.Read(outcome.Index, 1)[0].Leaf.Span)));
        await again.CheckpointAsync(CancellationToken.None);
        Assert.Null(TestLedger.Verify(_folder, again.Key));
    }

    static void Redirect(string path, string device)
    {
        var descriptor = int.Parse(
            Path.GetFileName(Directory.GetFiles("/proc/self/fd").Single(link => new FileInfo(link).LinkTarget == path)),
            System.Globalization.CultureInfo.InvariantCulture);
        var other = Open(device, ReadWrite);
        Assert.True(other >= 0, device);
        Assert.Equal(descriptor, Dup2(other, descriptor));
        _ = Close(other);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
