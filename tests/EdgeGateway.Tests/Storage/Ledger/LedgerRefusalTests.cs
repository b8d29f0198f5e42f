using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary>What no crash leaves: the ledger does not open, says which file it is, and changes nothing that counts.</summary>
public sealed class LedgerRefusalTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);
    TempFolder? _early;

    public void Dispose()
    {
        _early?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_log_shorter_than_the_last_signed_size_refuses()
    {
        var early = await MakeAsync(300, 20);
        File.Copy(early["ledger", "wal", WalFormat.SegmentName(1)], Wal, overwrite: true);

        Assert.Contains("ends before entry", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public async Task A_log_that_gives_another_tree_than_the_signed_one_refuses(int entries)
    {
        await MakeAsync(entries);
        using var other = new TempFolder(inMemory: true);
        await using (var ledger = TestLedger.Open(other)) await TestLedger.SealAsync(ledger, 1000, entries);
        File.Copy(other["ledger", "wal", WalFormat.SegmentName(1)], Wal, overwrite: true);

        Assert.Contains("does not sign a second history", Refusal(), StringComparison.Ordinal);
        Assert.Null(TestLedger.Verify(_folder, Key()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_log_that_goes_on_from_another_ledger_s_bundles_refuses(int devices)
    {
        // Signed at 256 entries, all of them in bundles: only what follows can tell that the log is another's.
        await MakeAsync(255);
        using var other = new TempFolder(inMemory: true);
        await using (var ledger = TestLedger.Open(other))
        {
            await TestLedger.SealAsync(ledger, Enumerable.Range(0, 300).Select(n => TestLedger.Draft(n, n % devices == 0 ? "device/cam-01" : $"device/d{n % devices}")));
        }

        File.Copy(other["ledger", "wal", WalFormat.SegmentName(1)], Wal, overwrite: true);

        Assert.Contains("do not belong together", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_a_copy_of_the_ledger_went_on_with_refuses()
    {
        // A snapshot was taken, both went on, and then the files were mixed: the entries that follow are no one's.
        var copy = await MakeAsync(300, 280);
        await using (var ledger = TestLedger.Open(copy)) await TestLedger.SealAsync(ledger, 2000, 40);
        File.Copy(copy["ledger", "wal", WalFormat.SegmentName(1)], Wal, overwrite: true);

        Assert.Contains("estore", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_state_refuses_and_leaves_log_and_key_alone()
    {
        await MakeAsync(10);
        foreach (var file in new[] { "checkpoint", "state" }) File.Delete(_folder["ledger", file]);
        Directory.Delete(_folder["ledger", "checkpoints"], recursive: true);
        Directory.Delete(_folder["ledger", "tile"], recursive: true);
        var (log, key) = (await File.ReadAllBytesAsync(Wal), await File.ReadAllBytesAsync(LedgerKeys.SecretPath(_folder.Path)));

        var refusal = Refusal();

        Assert.Contains($"'{_folder["ledger", "state"]}' is missing", refusal, StringComparison.Ordinal);
        Assert.Contains(Wal, refusal, StringComparison.Ordinal);
        Assert.Equal(log, await File.ReadAllBytesAsync(Wal));
        Assert.Equal(key, await File.ReadAllBytesAsync(LedgerKeys.SecretPath(_folder.Path)));
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("tile/0/000")]
    [InlineData("../payloads/000")]
    public async Task A_ledger_is_not_made_over_the_remains_of_another(string remains)
    {
        var path = Path.GetFullPath(Path.Combine(_folder["ledger"], remains));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "evidence");

        Assert.Contains("do not delete the ledger", Refusal(), StringComparison.Ordinal);

        Assert.Equal("evidence", await File.ReadAllTextAsync(path));
    }

    [Theory]
    [InlineData("state")]
    [InlineData("heads")]
    public async Task A_flipped_byte_anywhere_in_state_or_heads_refuses(string file)
    {
        await MakeAsync(300);
        var path = _folder["ledger", file];
        var bytes = await File.ReadAllBytesAsync(path);
        for (var at = 0; at < bytes.Length; at += 5)
        {
            bytes[at] ^= 0x10;
            await File.WriteAllBytesAsync(path, bytes);
            Assert.Contains($"'{path}' is damaged", Refusal(), StringComparison.Ordinal);
            bytes[at] ^= 0x10;
        }
    }

    [Theory]
    [InlineData("state")]
    [InlineData("heads")]
    public async Task State_or_heads_cut_at_any_length_refuse(string file)
    {
        await MakeAsync(300);
        var path = _folder["ledger", file];
        var bytes = await File.ReadAllBytesAsync(path);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            await File.WriteAllBytesAsync(path, bytes[..length]);
            Assert.Contains($"'{path}' is damaged", Refusal(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Missing_heads_refuse()
    {
        await MakeAsync(300);
        File.Delete(_folder["ledger", "heads"]);

        Assert.Contains($"'{_folder["ledger", "heads"]}' is missing", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heads_from_before_the_state_refuse()
    {
        var early = await MakeAsync(600, 20);
        File.Copy(early["ledger", "heads"], _folder["ledger", "heads"], overwrite: true);

        Refusal();
    }

    [Fact]
    public async Task A_state_from_before_the_checkpoint_on_show_refuses()
    {
        var early = await MakeAsync(40, 20);
        File.Copy(early["ledger", "state"], _folder["ledger", "state"], overwrite: true);

        Assert.Contains("set back to an earlier state", Refusal(), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["ledger", "checkpoint"]));
    }

    [Fact]
    public async Task A_whole_ledger_set_back_behind_its_checkpoint_refuses()
    {
        var early = await MakeAsync(40, 20);
        File.Copy(_folder["ledger", "checkpoint"], early["ledger", "checkpoint"], overwrite: true);

        var refusal = Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(early));
        Assert.Contains("set back to an earlier state", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_refuses_and_the_checkpoint_stays_on_show()
    {
        await MakeAsync(10);
        using var other = new TempFolder(inMemory: true);
        await TestLedger.Open(other).DisposeAsync();
        File.Copy(LedgerKeys.SecretPath(other.Path), LedgerKeys.SecretPath(_folder.Path), overwrite: true);

        Assert.Contains("is not the one that signs this ledger", Refusal(), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["ledger", "checkpoint"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("PRIVATE+KEY+nonsense\n")]
    public async Task A_missing_or_unreadable_key_refuses_without_telling_it(string? content)
    {
        await MakeAsync(10);
        var path = LedgerKeys.SecretPath(_folder.Path);
        if (content is null) File.Delete(path);
        else await File.WriteAllTextAsync(path, content);

        var refusal = Refusal();

        Assert.Contains(path, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(255, "tile/0/000")]
    [InlineData(700, "tile/0/001")]
    public async Task A_flipped_byte_in_the_newest_full_tile_refuses(int entries, string tile)
    {
        await MakeAsync(entries);
        var path = _folder["ledger", tile];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[4711] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        Assert.Contains($"'{path}'", Refusal(), StringComparison.Ordinal);

        File.Delete(path);
        Assert.Contains($"'{path}'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_ours_is_moved_aside_and_told()
    {
        await MakeAsync(10);
        var path = _folder["ledger", "checkpoint"];
        var ours = await File.ReadAllBytesAsync(path);
        await File.WriteAllTextAsync(path, "station-01.example\n999\nnonsense\n");

        await using var ledger = TestLedger.Open(_folder);

        Assert.Null(ledger.Latest);
        Assert.Equal("station-01.example\n999\nnonsense\n", await File.ReadAllTextAsync(ledger.Recovery.DamagedCheckpoint!));
        Assert.StartsWith(path + ".damaged-", ledger.Recovery.DamagedCheckpoint, StringComparison.Ordinal);
        await ledger.CheckpointAsync(CancellationToken.None);
        Assert.Equal(ours, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task Settings_out_of_range_are_refused_by_name()
    {
        var settings = TestLedger.Settings(_folder.Path);

        Refused(settings with { SegmentBytes = LedgerSettings.SmallestSegmentBytes - 1 }, nameof(LedgerSettings.SegmentBytes));
        Refused(settings with { QueueLength = 0 }, nameof(LedgerSettings.QueueLength));
        Refused(settings with { RepeatEntries = 0 }, nameof(LedgerSettings.RepeatEntries));
        Refused(settings with { ReserveBytes = -1 }, nameof(LedgerSettings.ReserveBytes));
        await TestLedger.Open(settings).DisposeAsync();

        static void Refused(LedgerSettings settings, string name) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => TestLedger.Open(settings)).ParamName);
    }

    string Wal => _folder["ledger", "wal", WalFormat.SegmentName(1)];

    VerifierKey Key()
    {
        Assert.True(VerifierKey.TryParse(File.ReadAllText(LedgerKeys.PublicPath(_folder.Path)).TrimEnd('\n'), out var key, out _));
        return key;
    }

    string Refusal() => Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(_folder)).Message;

    /// <summary>A ledger of so many entries, closed; and a copy of it as it was when it was closed at fewer.</summary>
    async Task<TempFolder> MakeAsync(int entries, int early = 0)
    {
        await using (var ledger = TestLedger.Open(_folder)) await TestLedger.SealAsync(ledger, 0, early);
        _early = _folder.Copy();
        await using (var ledger = TestLedger.Open(_folder)) await TestLedger.SealAsync(ledger, early, entries - early);
        return _early;
    }
}
