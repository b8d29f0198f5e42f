using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary>A data directory that is set back, with what was signed last kept elsewhere.</summary>
public sealed class SecondPlaceTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly TempFolder _elsewhere = new();

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task It_holds_the_checkpoint_on_show()
    {
        await using var ledger = Open();
        await TestLedger.SealAsync(ledger, 1, 10);
        var signed = await ledger.CheckpointAsync(CancellationToken.None);

        Assert.Equal(signed.Note, File.ReadAllBytes(Kept(ledger.Key)));
        Assert.Null(ledger.SecondPlaceError);
    }

    [Fact]
    public async Task A_snapshot_of_the_data_directory_is_not_continued()
    {
        VerifierKey key;
        TempFolder snapshot;
        await using (var ledger = Open())
        {
            key = ledger.Key;
            await TestLedger.SealAsync(ledger, 1, 10);
            await ledger.CheckpointAsync(CancellationToken.None);
            snapshot = _folder.Copy();
            await TestLedger.SealAsync(ledger, 11, 300);
        }

        using (snapshot)
        {
            var note = File.ReadAllBytes(Kept(key));
            var refused = Assert.Throws<LedgerCorruptException>(() => Open(snapshot.Path));
            Assert.Contains(Kept(key), refused.Message, StringComparison.Ordinal);
            Assert.Contains(snapshot.Path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("restore --successor", refused.Message, StringComparison.Ordinal);
            Assert.Equal(note, File.ReadAllBytes(Kept(key)));
        }

        await using var right = Open();
        Assert.Equal(311, right.Size);
    }

    [Fact]
    public async Task A_snapshot_that_signed_on_while_the_second_place_was_away_is_found_when_it_is_back()
    {
        TempFolder snapshot;
        await using (var ledger = Open())
        {
            await TestLedger.SealAsync(ledger, 1, 10);
            await ledger.CheckpointAsync(CancellationToken.None);
            snapshot = _folder.Copy();
            await TestLedger.SealAsync(ledger, 11, 5);
        }

        var away = _elsewhere.Path + "-away";
        Directory.Move(_elsewhere.Path, away);
        using (snapshot)
        {
            await using var fork = Open(snapshot.Path);
            Assert.Contains(_elsewhere.Path, fork.SecondPlaceError, StringComparison.Ordinal);
            await TestLedger.SealAsync(fork, 900, 40);
            await fork.CheckpointAsync(CancellationToken.None);

            Directory.Move(away, _elsewhere.Path);
            await TestLedger.SealAsync(fork, 950, 1);
            await Assert.ThrowsAsync<SigningRefusedException>(() => fork.CheckpointAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task Of_two_copies_that_run_at_once_only_one_signs_on()
    {
        await using (var ledger = Open())
        {
            await TestLedger.SealAsync(ledger, 1, 10);
            await ledger.CheckpointAsync(CancellationToken.None);
        }

        using var copy = _folder.Copy();
        await using var first = Open();
        await using var second = Open(copy.Path);
        await TestLedger.SealAsync(first, 11, 1);
        await first.CheckpointAsync(CancellationToken.None);
        await TestLedger.SealAsync(second, 900, 2);

        await Assert.ThrowsAsync<SigningRefusedException>(() => second.CheckpointAsync(CancellationToken.None));
        await TestLedger.SealAsync(first, 12, 1);
        Assert.NotNull(await first.CheckpointAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Without_it_signing_goes_on_unless_it_is_required()
    {
        var absent = _elsewhere["absent"];
        await using (var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { SecondPlace = absent }))
        {
            await TestLedger.SealAsync(ledger, 1, 3);
            Assert.NotNull(await ledger.CheckpointAsync(CancellationToken.None));
            Assert.Contains(absent, ledger.SecondPlaceError, StringComparison.Ordinal);

            Directory.CreateDirectory(absent);
            await TestLedger.SealAsync(ledger, 4, 1);
            await ledger.CheckpointAsync(CancellationToken.None);
            Assert.Null(ledger.SecondPlaceError);
        }

        Directory.Delete(absent, recursive: true);
        var required = TestLedger.Settings(_folder.Path) with { SecondPlace = absent, SecondPlaceRequired = true };
        Assert.Contains("SecondPlaceRequired", Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(required)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_goes_away_or_fills_while_it_signs_is_said_and_where_it_is_required_nothing_is_signed_until_it_is_back(bool required)
    {
        using var disk = new LedgerSmallDisk(1);
        var place = Directory.CreateDirectory(Path.Combine(disk.Path, "place")).FullName;
        await using var ledger = TestLedger.Open(TestLedger.Settings(_folder.Path) with { SecondPlace = place, SecondPlaceRequired = required });
        var number = 1;
        await SignsAsync();

        Directory.Move(place, place + "-away");
        await FailsAsync();
        Directory.Move(place + "-away", place);
        await SignsAsync();
        disk.Fill();
        await FailsAsync();
        disk.Free();
        await SignsAsync();

        async Task SignsAsync()
        {
            await TestLedger.SealAsync(ledger, number++, 1);
            var signed = await ledger.CheckpointAsync(CancellationToken.None);
            Assert.Null(ledger.SecondPlaceError);
            Assert.Equal(signed.Note, File.ReadAllBytes(Directory.GetFiles(place).Single()));
        }

        async Task FailsAsync()
        {
            var before = ledger.Latest!.Checkpoint.Size;
            await TestLedger.SealAsync(ledger, number++, 1);
            var failure = await Record.ExceptionAsync(() => ledger.CheckpointAsync(CancellationToken.None));
            Assert.Equal(required ? typeof(SigningRefusedException) : null, failure?.GetType());
            Assert.Contains(place, ledger.SecondPlaceError, StringComparison.Ordinal);
            Assert.Equal(required ? before : ledger.Size, ledger.Latest!.Checkpoint.Size);
        }
    }

    [Fact]
    public async Task What_is_no_checkpoint_of_this_ledger_is_left_as_it_is()
    {
        VerifierKey key;
        await using (var ledger = Open()) key = ledger.Key;
        File.WriteAllText(Kept(key), "somebody was here");

        await using (var ledger = Open())
        {
            Assert.Contains("no checkpoint", ledger.SecondPlaceError, StringComparison.Ordinal);
            await TestLedger.SealAsync(ledger, 1, 1);
            await ledger.CheckpointAsync(CancellationToken.None);
        }

        Assert.Equal("somebody was here", File.ReadAllText(Kept(key)));
    }

    [Fact]
    public async Task After_a_refusal_nothing_is_signed_any_more_and_nothing_sealed_is_lost()
    {
        long signed;
        await using (var ledger = Open())
        {
            signed = (await ledger.CheckpointAsync(CancellationToken.None)).Checkpoint.Size;
            ledger.RefuseSigning("Somebody saw another history.");
            await TestLedger.SealAsync(ledger, 1, 3);
            var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => ledger.CheckpointAsync(CancellationToken.None));
            Assert.Equal("Somebody saw another history.", refused.Message);
        }

        await using var again = Open();
        Assert.Equal((signed, signed + 3), (again.Latest!.Checkpoint.Size, again.Size));
    }

    [Fact]
    public async Task Every_note_that_was_on_show_is_found_again()
    {
        await using var ledger = Open();
        var signed = new List<SignedCheckpoint>();
        for (var i = 0; i < 12; i++)
        {
            await TestLedger.SealAsync(ledger, i, 1);
            signed.Add(await ledger.CheckpointAsync(CancellationToken.None));
        }

        Assert.All(signed, one => Assert.Equal(one.Note, ledger.FindCheckpoint(one.Checkpoint.Size, one.Checkpoint.Root)));
        Assert.Null(ledger.FindCheckpoint(3, Merkle.EmptyRoot));
    }

    FileLedger Open(string? data = null) => TestLedger.Open(TestLedger.Settings(data ?? _folder.Path) with { SecondPlace = _elsewhere.Path });

    string Kept(VerifierKey key) => _elsewhere[$"edgegw-{key.KeyId:x8}.checkpoint"];
}
