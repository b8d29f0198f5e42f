using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class FullDiskTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly LedgerSmallDisk _disk = new(8);
    readonly TestClock _clock = new();

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(10)]
    [InlineData(60_000)]
    public async Task On_a_full_disk_sealing_is_refused_and_goes_on_by_itself_when_there_is_room(int size)
    {
        // Small entries fill a bundle that cannot be written, large ones a segment behind which none can be made.
        var kept = new List<SealOutcome>();
        await using (var ledger = Open())
        {
            kept.Add(await SealAsync(ledger, 0, size));
            for (var round = 1; round <= 2; round++)
            {
                _disk.Fill();
                var number = 1000 * round;
                while (true)
                {
                    var asked = _clock.Time.GetTimestamp();
                    var outcome = await SealAsync(ledger, number++, size);
                    if (outcome.Status != SealStatus.Sealed)
                    {
                        Assert.Equal(SealOutcome.Unavailable, outcome);

                        // Where waiting for the answer took a second, the disk is looked at anew, and there is no reserve to miss.
                        Assert.True(!ledger.HasRoom || _clock.Time.GetTimestamp() > asked);
                        break;
                    }

                    kept.Add(outcome);
                    Assert.True(number < 1000 * round + 900, "The disk is full and nobody noticed.");
                }

                _disk.Free();
                kept.Add(await UntilSealedAsync(ledger, number, size));
                Assert.True(ledger.HasRoom);
            }

            Assert.InRange(Directory.GetFiles(Path.Combine(_disk.Path, "ledger", "wal")).Length, 1, 4);
        }

        EverythingIsThere(kept);
    }

    [Fact]
    public async Task However_much_room_is_left_a_checkpoint_is_signed_whole_or_not_at_all()
    {
        await using var ledger = Open();
        var kept = new List<SealOutcome>();
        var (failed, succeeded) = (0, 0);
        for (var pages = 0; pages < 24; pages++)
        {
            kept.Add(await UntilSealedAsync(ledger, pages, 100));
            await ledger.CatchUpAsync(CancellationToken.None);
            var before = ledger.Latest;
            _disk.Fill(pages);
            try
            {
                Assert.Equal(ledger.Size, (await AdvancingAsync(ledger.CheckpointAsync(CancellationToken.None))).Checkpoint.Size);
                succeeded++;
            }
            catch (StorageFullException)
            {
                Assert.Same(before, ledger.Latest);
                failed++;
            }

            // What is on show is whole at any moment, and the state is never behind it.
            var state = StateFile.Read(Path.Combine(_disk.Path, "ledger", "state"));
            var path = Path.Combine(_disk.Path, "ledger", "checkpoint");
            if (File.Exists(path))
            {
                Assert.True(Checkpoint.TryOpen(await File.ReadAllBytesAsync(path), ledger.Key, ledger.Origin, out var shown, out var error), error);
                Assert.InRange(shown.Size, 1, state.SignedSize);
                Assert.Null(new LogVerifier(shown).Verify(tile => ledger.ReadTile(tile)));
            }

            _disk.Free();
            Assert.Equal(ledger.Size, (await ledger.CheckpointAsync(CancellationToken.None).WaitAsync(Limit)).Checkpoint.Size);
        }

        Assert.True(failed > 1 && succeeded > 3, $"{failed} failed, {succeeded} succeeded");
        await ledger.DisposeAsync();
        EverythingIsThere(kept);
    }

    [Fact]
    public async Task A_ledger_closes_on_a_full_disk_and_the_next_start_puts_it_in_order_once_there_is_room()
    {
        var kept = new List<SealOutcome>();
        var ledger = Open();
        for (var n = 0; n < 250; n++) kept.Add(await SealAsync(ledger, n, 100));
        _disk.Fill();
        for (var n = 250; n < 300; n++)
        {
            var outcome = await SealAsync(ledger, n, 100);
            if (outcome.Status == SealStatus.Sealed) kept.Add(outcome);
        }

        await ledger.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.True(ledger.Completion.IsCompletedSuccessfully);
        Assert.Throws<StorageFullException>(Open);
        _disk.Free();
        EverythingIsThere(kept);
    }

    [Fact]
    public async Task Below_the_reserve_sealing_is_refused_until_twice_the_reserve_is_free()
    {
        const int megabytePages = 256;
        await using var ledger = Open(reserve: 2 << 20);
        Assert.Equal(SealStatus.Sealed, (await SealAsync(ledger, 0, 100)).Status);

        Assert.Equal(SealStatus.Unavailable, await AfterFilling(megabytePages, 1));
        Assert.Equal(SealStatus.Unavailable, await AfterFilling(3 * megabytePages, 2));
        Assert.Equal(SealStatus.Sealed, await AfterFilling(4 * megabytePages + 1, 3));
        Assert.Equal(SealStatus.Sealed, await AfterFilling(3 * megabytePages, 4));
        Assert.Equal(3L << 20, ledger.FreeBytes);

        async Task<SealStatus> AfterFilling(int pagesLeft, int number)
        {
            _disk.Fill(pagesLeft);
            _clock.Time.Advance(TimeSpan.FromSeconds(1));
            return (await SealAsync(ledger, number, 100)).Status;
        }
    }

    [Fact]
    public async Task A_ledger_is_not_made_on_a_full_disk_and_is_made_once_there_is_room()
    {
        for (var pages = 0; pages < 300; pages += pages < 8 ? 1 : 60)
        {
            _disk.Fill(pages);
            try
            {
                await Open().DisposeAsync();
            }
            catch (StorageFullException)
            {
                // The point is what the next start makes of it.
            }
        }

        _disk.Free();
        await using var ledger = Open();
        Assert.Equal(SealStatus.Sealed, (await SealAsync(ledger, 1, 100)).Status);
    }

    FileLedger Open() => Open(0);

    FileLedger Open(long reserve) => TestLedger.Open(TestLedger.Settings(_disk.Path) with { ReserveBytes = reserve }, _clock);

    void EverythingIsThere(List<SealOutcome> outcomes)
    {
        var again = Open();
        Assert.All(outcomes, outcome => Assert.Equal(outcome.LeafHash, Merkle.LeafHash(again.Read(outcome.Index, 1)[0].Leaf.Span)));
        var signed = again.CheckpointAsync(CancellationToken.None);
        Assert.True(signed.Wait(Limit));
        Assert.Null(new LogVerifier(signed.Result.Checkpoint).Verify(tile => again.ReadTile(tile)));
        LedgerChains.Check(TestLedger.ReadAll(again));
        Assert.True(again.DisposeAsync().AsTask().Wait(Limit));
    }

    async Task<SealOutcome> SealAsync(FileLedger ledger, int number, int size)
    {
        var draft = TestLedger.Draft(number, content: $"{{\"x\":\"{new string('x', size)}\"}}");
        await ledger.SubmitAsync(draft, CancellationToken.None);
        return await AdvancingAsync(draft.Outcome);
    }

    async Task<SealOutcome> UntilSealedAsync(FileLedger ledger, int number, int size)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            _clock.Time.Advance(TimeSpan.FromSeconds(1));
            var outcome = await SealAsync(ledger, number, size);
            if (outcome.Status == SealStatus.Sealed) return outcome;
        }

        throw new TimeoutException("There is room, but sealing does not go on.");
    }

    /// <summary>Lets time go on, second by second, while something waits for the disk.</summary>
    async Task<T> AdvancingAsync<T>(Task<T> task)
    {
        for (var tries = 0; tries < 5_000; tries++)
        {
            if (await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(4))) == task) break;
            _clock.Time.Advance(TimeSpan.FromSeconds(1));
        }

        return await task.WaitAsync(Limit);
    }
}
