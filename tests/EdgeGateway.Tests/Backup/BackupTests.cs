using System.Text.Json.Nodes;
using EdgeGateway.Backup;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Succession;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Backup;

/// <summary><c>backup</c>, <c>backup --verify</c> and <c>restore</c>, from within.</summary>
public sealed class BackupTests : IDisposable
{
    readonly SuccessionStation _station = new();

    string Target => _station["backup"];

    public void Dispose() => _station.Dispose();

    [Fact]
    public async Task A_backup_of_an_open_gateway_verifies_and_holds_no_secret_key()
    {
        await _station.FillAsync(300);
        var secret = File.ReadAllText(LedgerKeys.SecretPath(_station.Data)).Trim();

        var manifest = await BackUpAsync();

        Assert.Null(Verify().Fault);
        Assert.Equal((1, "station-01.example"), (manifest.Logs.Count, manifest.Logs[0].Origin));
        Assert.Equal(1, manifest.Objects);
        foreach (var path in Directory.GetFiles(Target, "*", SearchOption.AllDirectories))
        {
            Assert.False(SecretScan.Holds(path, secret), path);
            Assert.False(SecretScan.Holds(path, _station.RecoveryKey), path);
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        }
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/evil")]
    [InlineData("profiles/../../evil")]
    [InlineData("a/b/c")]
    [InlineData(".hidden")]
    public async Task A_manifest_can_not_choose_where_a_restore_writes(string name)
    {
        await _station.FillAsync(5);
        await BackUpAsync();
        var path = BackupManifest.PathIn(Target);
        var json = JsonNode.Parse(File.ReadAllBytes(path))!;
        json["files"]![name] = new string('0', 64);
        File.WriteAllText(path, json.ToJsonString());

        Assert.Contains("names a file", Assert.Throws<GatewayException>(() => BackupManifest.Read(Target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_backup_into_the_same_directory_copies_what_is_new_also_over_a_rotation()
    {
        await _station.FillAsync(600);
        await BackUpAsync();
        var bundle = File.GetLastWriteTimeUtc(Path.Combine(Target, "logs", "001", "ledger", "tile", "entries", "000"));
        await using (var data = await _station.OpenAsync())
        {
            for (var n = 0; n < 300; n++) await SuccessionStation.SealAsync(data, $"more-{n}");
        }

        await BackUpAsync();
        Assert.Null(Verify().Fault);
        await _station.RotateAsync();
        await _station.FillAsync(5);
        var manifest = await BackUpAsync();

        Assert.Null(Verify().Fault);
        Assert.Equal(["001", "002"], manifest.Logs.Select(log => log.Shard));
        Assert.Equal(bundle, File.GetLastWriteTimeUtc(Path.Combine(Target, "logs", "001", "ledger", "tile", "entries", "000")));
    }

    [Fact]
    public async Task One_that_was_cut_off_says_so_and_the_next_run_makes_it_whole()
    {
        await _station.FillAsync(300);
        await BackUpAsync();
        File.Delete(Path.Combine(Target, "backup.json"));
        File.WriteAllText(Path.Combine(Target, "backup.unfinished"), "");
        var tile = Path.Combine(Target, "logs", "001", "ledger", "tile", "0", "000");
        var media = Directory.GetFiles(Path.Combine(Target, "objects"), "*", SearchOption.AllDirectories).Single();
        foreach (var path in (string[])[tile, media]) await File.WriteAllBytesAsync(path, new byte[new FileInfo(path).Length]);

        Assert.Contains("was cut off", Assert.Throws<GatewayException>(() => Verify()).Message, StringComparison.Ordinal);
        await BackUpAsync();

        Assert.Null(Verify().Fault);
    }

    [Theory]
    [InlineData("logs/001/ledger/tile/entries/000", 700)]
    [InlineData("logs/001/ledger/checkpoint", 40)]
    [InlineData("logs/001/payloads/000", 2000)]
    [InlineData("accounts.db", 9000)]
    [InlineData("repeats", 10)]
    [InlineData("objects", 100)]
    public async Task A_changed_byte_in_a_backup_is_found(string name, int at)
    {
        await _station.FillAsync(300);
        await BackUpAsync();
        var path = name == "objects" ? Directory.GetFiles(Path.Combine(Target, name), "*", SearchOption.AllDirectories).Single() : Path.Combine(Target, name);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var fault = Verify().Fault;

        Assert.NotNull(fault);
        Assert.Contains(name.Contains("payloads", StringComparison.Ordinal) ? "private part" : Path.GetFileName(path), fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_none_for_it_is_refused()
    {
        await _station.FillAsync(3);
        Assert.Contains("within one another", Refused(Path.Combine(_station.Data, "backup")), StringComparison.Ordinal);
        Assert.Contains("within one another", Refused(Path.GetDirectoryName(_station.Data)!), StringComparison.Ordinal);
        Directory.CreateDirectory(_station["full"]);
        File.WriteAllText(_station["full", "letter"], "");
        Assert.Contains("is not empty", Refused(_station["full"]), StringComparison.Ordinal);
        using var other = new SuccessionStation();
        await other.FillAsync(3);
        await BackUpAsync(other, Target);
        Assert.Contains("another gateway", Refused(Target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restored_backup_goes_on_in_a_new_log_that_the_paper_endorses()
    {
        await _station.FillAsync(300);
        await BackUpAsync();
        await using (var later = await _station.OpenAsync()) await SuccessionStation.SealAsync(later, "after the backup");

        var result = await RestoreAsync(_station["new"], _station.Recovery);

        Assert.Matches("^station-01\\.example/2-[0-9a-f]{8}$", result.Key.Name);
        var report = EdgeGateway.Verification.AllLogsVerification.Run(
            new EdgeGateway.Verification.VerificationRequest(_station["new", "ledger"], result.Key, null, true, _station["new"]), null, CancellationToken.None);
        Assert.True(report.IsGood, report.Sentence);
        await using var data = await GatewayData.OpenAsync(
            _station["new"], SuccessionStation.Settings, _station.Clock, _station.Clock.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Equal("一号卡口", data.Devices.Find(SuccessionStation.Device)!.Values["name"]);
        Assert.Equal(data.Devices.Find(SuccessionStation.Device)!.CredentialId, data.Accounts.CredentialOf(data.Directory.Current.Find(SuccessionStation.Device)!.Id));
        Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(data, "e-9")).Status);
        Assert.Equal(SealStatus.Sealed, (await SuccessionStation.SealAsync(data, "after the backup")).Status);
        var gap = await SuccessionStation.AskAsync(data, "evidence-show", new JsonObject { ["index"] = 1L });
        Assert.Equal(("restored", "unknown"), (gap["leaf"]!["body"]!["reason"]!.GetValue<string>(), gap["leaf"]!["body"]!["lost"]!.GetValue<string>()));
        var rows = (await SuccessionStation.AskAsync(data, "evidence-list", new JsonObject { ["log"] = "station-01.example", ["limit"] = 1000L })).AsArray();
        Assert.Equal(300, rows.Count);
    }

    [Fact]
    public async Task A_made_up_repeat_in_a_backup_keeps_no_message_from_being_sealed()
    {
        await _station.FillAsync(20);
        await BackUpAsync();
        var path = Path.Combine(Target, "repeats");
        var records = File.ReadAllBytes(path);
        for (var at = 0; at < records.Length; at += RepeatFiles.RecordBytes)
        {
            Assert.True(RepeatFiles.TryDecode(records.AsSpan(at, RepeatFiles.RecordBytes), out var record));
            if (record.Index % 2 == 0) continue;
            RepeatFiles.Encode(record with { Identity = IdentityOf("made-up") }, records.AsSpan(at));
        }

        WriteRepeats(records);
        var steps = new List<string>();

        await RestoreAsync(_station["new"], _station.Recovery, steps.Add);

        Assert.Contains(steps, step => step.StartsWith("10 of 20 known repeats", StringComparison.Ordinal));
        await using var data = await GatewayData.OpenAsync(
            _station["new"], SuccessionStation.Settings, _station.Clock, _station.Clock.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Equal(SealStatus.Sealed, (await SuccessionStation.SealAsync(data, "made-up")).Status);
        var known = 0;
        for (var n = 1; n < 20; n++) known += (await SuccessionStation.SealAsync(data, $"e-{n}")).Status == SealStatus.Repeated ? 1 : 0;
        Assert.InRange(known, 9, 10);

        // As SuccessionStation.SealAsync has it sealed.
        static RepeatIdentity IdentityOf(string eventId)
        {
            var payload = System.Text.Encoding.UTF8.GetBytes("""{"capturedAt":"2026-11-22T08:00:00+08:00","padding":""}""");
            var digest = new Hash(System.Security.Cryptography.SHA256.HashData(payload));
            return RepeatIdentity.Of(
                SuccessionStation.Device, eventId, RepeatIdentity.ContentOf("capture", "edgegw/v1/camera-01/event/capture", digest), TimeSpan.FromDays(7));
        }
    }

    [Fact]
    public async Task A_restore_with_another_key_or_into_a_directory_in_use_is_refused_and_writes_nothing()
    {
        await _station.FillAsync(10);
        await BackUpAsync();

        var wrong = await Assert.ThrowsAsync<GatewayException>(() => RestoreAsync(_station["new"], LedgerKeys.New("station-01.example/recovery")));
        Assert.Contains("nothing was written", wrong.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_station["new"]));
        var full = await Assert.ThrowsAsync<GatewayException>(() => RestoreAsync(_station.Data, _station.Recovery));
        Assert.Contains("is not empty", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_is_not_taken_for_a_new_gateway()
    {
        Directory.CreateDirectory(_station.Data);
        RestoreMark.Set(_station.Data);

        var refused = await Assert.ThrowsAsync<GatewayException>(_station.OpenAsync);

        Assert.Contains("'edgegw restore' again", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_station["data", "ledger"]));
    }

    [Fact]
    public async Task A_restore_killed_at_any_step_starts_nothing_and_the_next_one_is_whole()
    {
        await _station.FillAsync(300);
        await BackUpAsync();
        var killed = new List<TempFolder>();
        var run = new RestoreRun(Target, _station["new"], SuccessionStation.Settings, _station.Clock, _station.Clock.Time, _ => killed.Add(CopyOf(_station["new"])));
        await run.RunAsync(BackupManifest.Read(Target), _station.Recovery, "disk broken", Actor.LocalAdministrator, CancellationToken.None);

        Assert.True(killed.Count >= 2, $"{killed.Count} steps");
        foreach (var folder in killed)
        {
            using (folder)
            {
                var data = folder["data"];
                var refused = await Assert.ThrowsAsync<GatewayException>(() => OpenAsync(data));
                Assert.Contains("Remove the directory", refused.Message, StringComparison.Ordinal);
                Assert.False(Directory.Exists(Path.Combine(data, "ledger")));
                Assert.Contains("is not empty", (await Assert.ThrowsAsync<GatewayException>(() => RestoreAsync(data, _station.Recovery))).Message, StringComparison.Ordinal);
                Directory.Delete(data, recursive: true);
                await RestoreAsync(data, _station.Recovery);
                await using var restored = await OpenAsync(data);
                Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(restored, "e-9")).Status);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(200)]
    public async Task A_restore_onto_a_full_disk_starts_nothing_and_the_next_one_is_whole(int pagesLeft)
    {
        await _station.FillAsync(300);
        await BackUpAsync();
        using var disk = new LedgerSmallDisk(16);
        var data = Path.Combine(disk.Path, "data");
        disk.Fill(pagesLeft);
        await Assert.ThrowsAnyAsync<IOException>(() => RestoreAsync(data, _station.Recovery));

        disk.Free();
        if (File.Exists(RestoreMark.PathIn(data))) await Assert.ThrowsAsync<GatewayException>(() => OpenAsync(data));
        Directory.Delete(data, recursive: true);
        await RestoreAsync(data, _station.Recovery);
        await using var restored = await OpenAsync(data);
        Assert.Equal(SealStatus.Repeated, (await SuccessionStation.SealAsync(restored, "e-9")).Status);
    }

    [Fact]
    public async Task Of_a_repeat_that_a_backup_has_again_and_again_one_is_kept_and_of_all_the_newest()
    {
        await _station.FillAsync(20);
        await BackUpAsync();
        var once = File.ReadAllBytes(Path.Combine(Target, "repeats"));
        WriteRepeats([.. Enumerable.Repeat(once.Chunk(RepeatFiles.RecordBytes).Reverse().SelectMany(record => record), 50).SelectMany(records => records)]);
        var steps = new List<string>();

        await RestoreAsync(_station["new"], _station.Recovery, steps.Add);

        Assert.Contains(steps, step => step.StartsWith("980 of 1000 known repeats", StringComparison.Ordinal));
        Assert.Equal(once, File.ReadAllBytes(CarriedRepeats.PathIn(_station["new"])));
        var logs = new[] { ClosedLedger.Open(ClosedLedger.FoldersIn(Target)[^1]) };
        using var again = File.OpenRead(Path.Combine(Target, "repeats"));
        Assert.Equal(once[^(5 * RepeatFiles.RecordBytes)..], CarriedRepeats.Confirmed(again, logs, 5, out var given));
        Assert.Equal(1000, given);
    }

    [Fact]
    public async Task A_file_of_repeats_that_no_backup_can_have_is_refused_before_anything_is_written()
    {
        await _station.FillAsync(3);
        await BackUpAsync();
        using (var file = File.OpenWrite(Path.Combine(Target, "repeats"))) file.SetLength((CarriedRepeats.MaximumRecords + 1L) * CarriedRepeats.RecordBytes);

        var refused = await Assert.ThrowsAsync<GatewayException>(() => RestoreAsync(_station["new"], _station.Recovery));

        Assert.Contains("has 352000088 bytes", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_station["new"]));
    }

    [Fact]
    public async Task A_full_disk_leaves_no_backup_that_looks_whole_and_room_makes_it_so()
    {
        await _station.FillAsync(300);
        using var disk = new LedgerSmallDisk(4);
        var target = Path.Combine(disk.Path, "backup");
        disk.Fill(pagesLeft: 20);
        await Assert.ThrowsAnyAsync<IOException>(() => BackUpAsync(_station, target));
        Assert.False(File.Exists(Path.Combine(target, "backup.json")));

        disk.Free();
        await BackUpAsync(_station, target);
        Assert.Null(BackupVerification.Run(target, null, CancellationToken.None).Fault);
    }

    [Fact]
    public async Task What_the_commands_print_is_what_their_schemas_say()
    {
        await _station.FillAsync(10);
        var manifest = await BackUpAsync();
        Assert.Empty(DocsSchema.Of("backup").Errors(manifest.ToJson()));
        Assert.Empty(DocsSchema.Of("backup-verify").Errors(EdgeGateway.Cli.BackupCommand.ToJson(Target, Verify())));
    }

    /// <summary>What a kill at this moment would leave.</summary>
    static TempFolder CopyOf(string data)
    {
        var copy = new TempFolder(inMemory: true);
        foreach (var file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy["data"], Path.GetRelativePath(data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) != "lock") File.Copy(file, target);
        }

        return copy;
    }

    Task<GatewayData> OpenAsync(string data) => GatewayData.OpenAsync(
        data, SuccessionStation.Settings, _station.Clock, _station.Clock.Time, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    Task<BackupManifest> BackUpAsync() => BackUpAsync(_station, Target);

    static async Task<BackupManifest> BackUpAsync(SuccessionStation station, string target)
    {
        await using var data = await station.OpenAsync();
        var run = new BackupRun(station.Data, target, station.Clock.Time, _ => { });
        run.CheckDirectory();
        return run.Run(await SuccessionStation.AskAsync(data, "backup-state"), CancellationToken.None);
    }

    /// <summary>As somebody would who wants it to verify.</summary>
    void WriteRepeats(byte[] records)
    {
        File.WriteAllBytes(Path.Combine(Target, "repeats"), records);
        var manifest = JsonNode.Parse(File.ReadAllBytes(BackupManifest.PathIn(Target)))!;
        manifest["files"]!["repeats"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(records));
        File.WriteAllText(BackupManifest.PathIn(Target), manifest.ToJsonString());
    }

    BackupReport Verify() => BackupVerification.Run(Target, null, CancellationToken.None);

    string Refused(string target) =>
        Assert.Throws<GatewayException>(() => new BackupRun(_station.Data, target, _station.Clock.Time, _ => { }).CheckDirectory()).Message;

    Task<RotationResult> RestoreAsync(string data, SigningKey recovery, Action<string>? step = null) =>
        new RestoreRun(Target, data, SuccessionStation.Settings, _station.Clock, _station.Clock.Time, step ?? (_ => { }))
            .RunAsync(BackupManifest.Read(Target), recovery, "disk broken", Actor.LocalAdministrator, CancellationToken.None);
}
