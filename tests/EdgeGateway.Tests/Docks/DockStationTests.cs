using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Docks;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Docks;

public sealed class DockStationTests : IAsyncDisposable
{
    const string Clip = "DSJ-X1_110023_20261122120000_0001.mp4";

    readonly DockBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_lies_there_is_sealed_first_and_then_each_file_byte_for_byte_and_the_originals_are_left_alone()
    {
        var clip = _bench.Drop(Clip, "first clip");
        _bench.Drop("day/station.log", new string('x', 1 << 20));
        _bench.Drop("note.txt", "by hand");
        await _bench.SettleAsync();

        Assert.Equal(["evidence listing", "evidence dock-log", "evidence clip", "evidence other"], await _bench.SealedAsync());
        var listing = await _bench.ListingAsync(1);
        Assert.Equal([Clip, "day/station.log", "note.txt"], listing.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()));
        Assert.Equal(10, listing.GetProperty("files")[0].GetProperty("size").GetInt64());
        Assert.InRange(listing.GetProperty("freeBytes").GetInt64(), 1, listing.GetProperty("totalBytes").GetInt64());
        Assert.False(listing.GetProperty("cut").GetBoolean());

        var (leaf, part) = await _bench.EntryAsync(3);
        Assert.Equal(("dock", "folder"), (leaf.GetProperty("body").GetProperty("wire").GetString(), leaf.GetProperty("auth").GetProperty("method").GetString()));
        Assert.Equal((Clip, "110023", "20261122120000", "2026-11-22T04:00:00.000000Z"), (
            part.GetProperty("eventId").GetString(), part.GetProperty("officer").GetString(), part.GetProperty("capturedAt").GetString(), part.GetProperty("capturedAtUtc").GetString()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("first clip"u8)), part.GetProperty("object").GetString());
        Assert.Equal("first clip", await File.ReadAllTextAsync(clip));
        Assert.DoesNotContain("110023", leaf.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_picked_up_once_however_often_the_folder_is_looked_through_and_after_a_restart_too()
    {
        _bench.Drop(Clip);
        await _bench.SettleAsync();
        await _bench.SettleAsync();
        _bench.Restart();
        await _bench.SettleAsync();

        Assert.Equal(["evidence listing", "evidence clip"], await _bench.SealedAsync());
    }

    [Fact]
    public async Task A_file_that_was_sealed_before_a_crash_and_not_noted_is_read_again_and_not_sealed_twice()
    {
        _bench.Drop(Clip);
        await _bench.SettleAsync();
        _bench.Restart();
        Directory.Delete(Path.Combine(_bench.Data, "docks"), recursive: true);
        await _bench.SettleAsync();

        Assert.Equal(["evidence listing", "evidence clip", "evidence listing"], await _bench.SealedAsync());
    }

    [Fact]
    public async Task A_file_that_is_still_written_waits_until_it_has_settled()
    {
        var clip = _bench.Drop(Clip, "half");
        await _bench.SettleAsync();
        Assert.Equal(2, (await _bench.SealedAsync()).Count);
        _bench.Drop("DSJ-X1_110023_20261122120500_0002.mp4", "begun");
        await _bench.LookAsync();
        _bench.Clock.Time.Advance(TimeSpan.FromSeconds(9));
        await _bench.LookAsync();
        _bench.Drop("DSJ-X1_110023_20261122120500_0002.mp4", "begun and ended");
        _bench.Clock.Time.Advance(TimeSpan.FromSeconds(9));
        await _bench.LookAsync();
        Assert.Equal(2, (await _bench.SealedAsync()).Count);

        _bench.Clock.Time.Advance(TimeSpan.FromSeconds(10));
        await _bench.LookAsync();
        Assert.Equal(["evidence listing", "evidence clip", "evidence listing", "evidence clip"], await _bench.SealedAsync());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("begun and ended"u8)), (await _bench.EntryAsync(4)).Private.GetProperty("object").GetString());
        Assert.Equal("half", await File.ReadAllTextAsync(clip));
    }

    [Fact]
    public async Task A_file_that_comes_again_with_other_content_is_sealed_as_in_conflict_with_the_first()
    {
        _bench.Drop(Clip, "one");
        await _bench.SettleAsync();
        _bench.Drop(Clip, "another");
        await _bench.SettleAsync();

        Assert.Equal(2, (await _bench.EntryAsync(4)).Leaf.GetProperty("body").GetProperty("conflictsWith").GetInt64());
    }

    [Fact]
    public async Task Missing_numbers_are_a_finding_of_each_recorder_and_no_proof_and_are_told_once()
    {
        foreach (var number in (int[])[3, 4, 7]) _bench.Drop($"DSJ-X1_110023_2026112212000{number}_{number:d4}.mp4", $"{number}");
        _bench.Drop("DSJ-X2_110024_20261122120000_0001.mp4", "x2");
        await _bench.SettleAsync();

        Assert.Equal(["evidence listing", "observation numbers-missing"], (await _bench.SealedAsync()).Take(2));
        var finding = (await _bench.EntryAsync(2)).Leaf.GetProperty("body");
        Assert.Equal((1, 3, 7, 2, "clip"), (
            finding.GetProperty("listing").GetInt64(), finding.GetProperty("first").GetInt64(), finding.GetProperty("last").GetInt64(), finding.GetProperty("missing").GetInt64(), finding.GetProperty("message").GetString()));
        var numbers = (await _bench.ListingAsync(1)).GetProperty("numbers");
        Assert.Equal("""{"message":"clip","per":{"recorder":"DSJ-X1"},"first":3,"last":7,"missing":2,"holes":[[5,6]]}""", numbers[0].GetRawText());
        Assert.Equal(0, numbers[1].GetProperty("missing").GetInt64());

        // The dock was emptied, and the recorder went on; a restart in between forgets nothing.
        foreach (var file in Directory.GetFiles(_bench.Dock)) File.Delete(file);
        _bench.Restart();
        _bench.Drop("DSJ-X1_110023_20261122130000_0010.mp4", "10");
        _bench.Drop("DSJ-X2_110024_20261122130000_0002.mp4", "x2-2");
        await _bench.SettleAsync();
        Assert.Equal(2, (await _bench.SealedAsync()).Count(entry => entry == "observation numbers-missing"));
    }

    [Fact]
    public async Task A_clip_that_comes_a_day_after_its_end_is_marked_late_and_one_within_the_day_is_not()
    {
        _bench.Drop(Clip, age: TimeSpan.FromHours(24.1));
        _bench.Drop("DSJ-X1_110023_20261122120000_0002.mp4", "2", age: TimeSpan.FromHours(23.9));
        await _bench.SettleAsync();

        Assert.Equal("""["late"]""", (await _bench.ClipAsync(1)).Leaf.GetProperty("body").GetProperty("flags").GetRawText());
        Assert.False((await _bench.ClipAsync(2)).Leaf.GetProperty("body").TryGetProperty("flags", out _));
    }

    [Fact]
    public async Task Nothing_is_late_by_a_clock_that_may_not_decide()
    {
        _bench.MayDecideByDate = false;
        _bench.Drop(Clip, age: TimeSpan.FromDays(9));
        await _bench.SettleAsync();

        Assert.False((await _bench.EntryAsync(2)).Leaf.GetProperty("body").TryGetProperty("flags", out _));
    }

    [Fact]
    public async Task By_setting_the_day_counts_from_the_return_to_the_station_or_from_the_end_that_the_name_gives()
    {
        await using var bench = new DockBench(new DockOptions { LateFrom = DockLateFrom.Return });
        bench.Drop(Clip, age: TimeSpan.FromDays(9));
        await bench.LookAsync();
        bench.Sealer.IsUnavailable = true;
        bench.Clock.Time.Advance(TimeSpan.FromHours(25));
        bench.Drop("DSJ-X1_110023_20261122120000_0002.mp4", "2", age: TimeSpan.FromDays(9));
        await bench.LookAsync();
        bench.Restart();
        bench.Sealer.IsUnavailable = false;
        await bench.SettleAsync();
        Assert.True((await bench.ClipAsync(1)).Leaf.GetProperty("body").TryGetProperty("flags", out _));
        Assert.False((await bench.ClipAsync(2)).Leaf.GetProperty("body").TryGetProperty("flags", out _));

        var profile = await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "recorder-dock-folder.yaml"));
        await using var named = new DockBench(profile: profile.Replace("{time:14}_{counter:4}", "{time:14}-{end:14}_{counter:4}"));
        named.Drop("DSJ-X1_110023_20261121120000-20261121125900_0001.mp4");
        named.Drop("DSJ-X1_110023_20261121120000-20261121130100_0002.mp4");
        await named.SettleAsync();
        Assert.True((await named.ClipAsync(1)).Leaf.GetProperty("body").TryGetProperty("flags", out _));
        Assert.False((await named.ClipAsync(2)).Leaf.GetProperty("body").TryGetProperty("flags", out _));
    }

    [Fact]
    public async Task While_nothing_can_be_sealed_nothing_counts_as_picked_up_and_then_all_of_it_is()
    {
        _bench.Drop(Clip);
        _bench.Sealer.IsUnavailable = true;
        await _bench.SettleAsync();
        Assert.Empty(await _bench.SealedAsync());

        _bench.Sealer.IsUnavailable = false;
        await _bench.LookAsync();
        Assert.Equal(["evidence listing", "evidence clip"], await _bench.SealedAsync());
    }

    [Fact]
    public async Task While_a_file_has_no_room_what_lies_there_is_listed_once_and_not_with_every_look()
    {
        using var disk = new LedgerSmallDisk(24);
        await using var bench = new DockBench(data: disk.Path);
        bench.Drop(Clip, new string('x', 30 << 20));
        await bench.SettleAsync();
        for (var look = 0; look < 10; look++) await bench.LookAsync();

        Assert.Equal(["evidence listing"], await bench.SealedAsync());
        bench.Drop("station.log", "more came");
        await bench.SettleAsync();
        Assert.Equal(["evidence listing", "evidence listing", "evidence dock-log"], await bench.SealedAsync());
    }

    [Fact]
    public async Task A_file_that_can_not_be_picked_up_rests_for_ten_minutes_and_is_tried_again()
    {
        _bench.Drop(Clip);
        var (incoming, away) = (Path.Combine(_bench.Data, "objects", "incoming"), Path.Combine(_bench.Data, "away"));
        Directory.Move(incoming, away);
        await _bench.SettleAsync();
        Directory.Move(away, incoming);
        await _bench.LookAsync();
        Assert.Equal(["evidence listing"], await _bench.SealedAsync());

        _bench.Clock.Time.Advance(TimeSpan.FromMinutes(10));
        await _bench.LookAsync();
        Assert.Equal(["evidence listing", "evidence clip"], await _bench.SealedAsync());
    }

    [Fact]
    public async Task A_full_disk_leaves_the_files_in_the_dock_and_they_are_taken_when_there_is_room()
    {
        using var disk = new LedgerSmallDisk(24);
        await using var bench = new DockBench(data: disk.Path);
        var clip = bench.Drop(Clip, new string('x', 2 << 20));
        disk.Fill(pagesLeft: 64);
        await bench.SettleAsync();
        Assert.DoesNotContain("evidence clip", await bench.SealedAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Path, "objects", "incoming")));

        disk.Free();
        await bench.SettleAsync();
        Assert.Contains("evidence clip", await bench.SealedAsync());
        Assert.True(File.Exists(clip));
    }

    [Fact]
    public async Task Links_pipes_and_names_that_no_one_can_read_are_left_alone_and_do_not_hold_up_the_others()
    {
        var secret = Path.Combine(_bench.Data, "secret");
        await File.WriteAllTextAsync(secret, "of the gateway");
        File.CreateSymbolicLink(Path.Combine(_bench.Dock, "a.mp4"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_bench.Dock, "b"), _bench.Data);
        using (var made = Process.Start("mkfifo", [Path.Combine(_bench.Dock, "c.mp4")])) await made.WaitForExitAsync();
        _bench.Drop("d\u202e4pm.exe");
        _bench.Drop(Clip);
        await _bench.SettleAsync();
        await _bench.SettleAsync();

        Assert.Equal(["evidence listing", "evidence clip"], await _bench.SealedAsync());
        Assert.Equal(1, (await _bench.ListingAsync(1)).GetProperty("unnamed").GetInt32());
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_once_and_says_so()
    {
        var profile = (await File.ReadAllTextAsync(Path.Combine(ProfileSchema.Directory, "recorder-dock-folder.yaml"))).Replace("64 MiB", "8 B");
        await using var bench = new DockBench(profile: profile);
        bench.Drop("station.log", "far too long");
        await bench.SettleAsync();
        await bench.SettleAsync();

        Assert.Equal(["evidence listing", "quarantine oversized"], await bench.SealedAsync());
        Assert.Equal("station.log", Encoding.UTF8.GetString((await bench.EntryAsync(2)).Private.GetProperty("bytes").GetBytesFromBase64()));
    }

    [Fact]
    public async Task Of_more_files_than_the_setting_allows_the_listing_says_that_it_is_cut()
    {
        await using var bench = new DockBench(new DockOptions { MaximumFiles = 3 });
        for (var i = 1; i <= 5; i++) bench.Drop($"DSJ-X1_110023_20261122120000_000{i}.mp4", $"{i}");
        await bench.SettleAsync();

        var listing = await bench.ListingAsync(1);
        Assert.True(listing.GetProperty("cut").GetBoolean());
        Assert.Equal(3, listing.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_says_so_and_is_looked_through_when_it_is()
    {
        Directory.Delete(_bench.Dock);
        await Assert.ThrowsAnyAsync<IOException>(_bench.LookAsync);
        _bench.Drop(Clip);
        await _bench.SettleAsync();

        Assert.Equal(2, (await _bench.SealedAsync()).Count);
    }
}
