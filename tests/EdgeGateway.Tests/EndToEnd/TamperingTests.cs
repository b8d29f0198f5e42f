using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Ledger;
using EdgeGateway.Support;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.EndToEnd;

/// <summary>What <c>ledger verify</c> says to someone who changed the files of a gateway that was stopped.</summary>
public sealed class TamperingTests
{
    const int Events = 650;

    [Fact]
    public async Task A_flipped_byte_in_any_file_of_the_ledger_is_found_and_named()
    {
        await using var station = await FilledAsync();
        Assert.Equal(0, await station.Gateway.StopAsync());
        await station.AssertVerifiesAsync("--objects");
        var size = (await station.AskAsync("ledger", "status")).GetProperty("size").GetInt64();
        var last = size % TilePath.FullWidth;
        await station.AssertVerifiesAsync("--objects");

        await AssertFoundAsync(station, "tile/entries/000", 30_000, InBundle(0));
        await AssertFoundAsync(station, $"tile/entries/002.p/{last}", 20_000, InBundle(2));
        await AssertFoundAsync(station, "tile/0/001", 32 * 40 + 5, 256 + 40);
        await AssertFoundAsync(station, "tile/1/000.p/2", 40, InBundle(1));
        await AssertFoundAsync(station, "checkpoint", 40, null);
        await AssertFoundAsync(station, $"checkpoints/{HistoryOf(station)}", 40, null);
        await AssertFoundAsync(station, "state", 60, null);
        await AssertFoundAsync(station, "heads", 60, null);
        await AssertFoundAsync(station, "wal/0000000000000001", 100_000, null);
    }

    [Fact]
    public async Task A_flipped_byte_in_a_private_part_or_in_media_is_found_by_reading_them_again()
    {
        await using var station = await FilledAsync();
        Assert.Equal(0, await station.Gateway.StopAsync());

        await AssertFoundAsync(station, station.File("payloads", "001"), 20_000, InBundle(1), "--objects");
        await AssertFoundAsync(station, MediaOf(station, "large"), 500, 3, "--objects");

        // The private parts of the newest entries are in the write-ahead log alone; their media are read all the same.
        await AssertFoundAsync(station, MediaOf(station, "last"), 500, 4 + Events, "--objects");
        var whole = await station.VerifyAsync("--objects");
        Assert.Equal(whole.Json.GetProperty("size").GetInt64(), whole.Json.GetProperty("privateParts").GetInt64());
    }

    [Fact]
    public async Task A_missing_file_of_the_ledger_is_named()
    {
        await using var station = await FilledAsync();
        Assert.Equal(0, await station.Gateway.StopAsync());
        foreach (var name in (string[])["tile/entries/001", "tile/0/000", "checkpoint", "state", "heads", "wal/0000000000000001"])
        {
            var path = station.File(["ledger", .. name.Split('/')]);
            File.Move(path, station.Beside("away"));
            var result = await station.VerifyAsync();
            Assert.True(result.ExitCode == 1 && result.Output.Contains(Path.GetFileName(name), StringComparison.Ordinal), $"{name}: {result}");
            File.Move(station.Beside("away"), path);
        }

        await station.AssertVerifiesAsync();
    }

    [Fact]
    public async Task The_ledger_is_checked_against_a_checkpoint_kept_elsewhere_and_not_against_anothers()
    {
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        await KeepCheckpointAsync(station, station.Beside("early"));
        using (var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret)) await device.PublishManyAsync("cam-01", "event", 300);
        await KeepCheckpointAsync(station, station.Beside("late"));
        await station.AssertVerifiesAsync("--against", station.Beside("early"));
        await station.AssertVerifiesAsync("--against", station.Beside("late"));

        await using var other = await E2eStation.StartedAsync();
        await KeepCheckpointAsync(other, station.Beside("other"));
        var refused = await station.RunAsync("ledger", "verify", "--against", station.Beside("other"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"'{station.Beside("other")}' says that it is a checkpoint of ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("that log's key did not sign it", refused.Output, StringComparison.Ordinal);

        // A directory put back to what it was: its own checkpoint is good, only the one kept elsewhere tells.
        Assert.Equal(0, await station.Gateway.StopAsync());
        File.Copy(station.Beside("early"), station.File("ledger", "checkpoint"), overwrite: true);
        var shortened = await station.VerifyAsync("--against", station.Beside("late"));
        Assert.True(shortened.ExitCode == 1, shortened.ToString());
    }

    [Fact]
    public async Task A_log_of_anyone_verifies_with_its_key_and_not_with_a_flipped_byte()
    {
        using var folder = new TempFolder();
        var key = SigningKey.FromSeed("example.com/log", Enumerable.Range(1, 32).Select(n => (byte)n).ToArray());
        var log = TlogMemoryLog.OfTexts(700);
        foreach (var (name, bytes) in log.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            await File.WriteAllBytesAsync(folder[name], bytes);
        }

        await File.WriteAllBytesAsync(folder["checkpoint"], log.Checkpoint.Sign(key).Encode());
        var vkey = key.Verifier.ToString();
        Assert.Equal(0, (await VerifyAsync(folder.Path, vkey)).ExitCode);
        Assert.Equal(1, (await VerifyAsync(folder.Path, SigningKey.FromSeed("example.com/log", new byte[32]).Verifier.ToString())).ExitCode);

        var bundle = await File.ReadAllBytesAsync(folder["tile/entries/001"]);
        bundle[5] ^= 1;
        await File.WriteAllBytesAsync(folder["tile/entries/001"], bundle);
        var wrong = await VerifyAsync(folder.Path, vkey);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal(256, wrong.Json.GetProperty("fault").GetProperty("entry").GetInt64());
        Assert.Equal("tile/entries/001", wrong.Json.GetProperty("fault").GetProperty("path").GetString());
    }

    static Task<E2eResult> VerifyAsync(string directory, string key) =>
        E2eCommand.RunAsync("dotnet", [E2ePrograms.Edgegw, "ledger", "verify", "--dir", directory, "--key", key, "--json"]);

    /// <summary>More than two bundles of entries and a few checkpoints; entry 3 and the last event have their bytes as objects.</summary>
    static async Task<E2eStation> FilledAsync()
    {
        var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret);
        await device.PublishAsync("edgegw/v1/cam-01/event/capture", Large("large"));
        await KeepCheckpointAsync(station, station.Beside("first"));
        await device.PublishManyAsync("cam-01", "event", Events);
        await device.PublishAsync("edgegw/v1/cam-01/event/capture", Large("last"));
        await KeepCheckpointAsync(station, station.Beside("second"));
        return station;
    }

    static byte[] Large(string eventId) => Encoding.UTF8.GetBytes(E2eMqtt.Event(eventId, padding: 40_000));

    static string MediaOf(E2eStation station, string eventId)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Large(eventId)));
        return station.File("objects", "sha256", digest[..2], digest[2..4], digest);
    }

    static async Task KeepCheckpointAsync(E2eStation station, string file) =>
        await File.WriteAllTextAsync(file, (await station.AskAsync("ledger", "checkpoint")).GetProperty("note").GetString());

    static string HistoryOf(E2eStation station) => Path.GetFileName(Directory.GetFiles(station.File("ledger", "checkpoints")).Single());

    static Range InBundle(int number) => (256 * number)..(256 * (number + 1));

    static Task AssertFoundAsync(E2eStation station, string name, int at, long entry, params string[] options) =>
        AssertFoundAsync(station, name, at, (int)entry..((int)entry + 1), options);

    /// <summary>Flips a byte, expects that it is found, and flips it back.</summary>
    static async Task AssertFoundAsync(E2eStation station, string name, int at, Range? entries, params string[] options)
    {
        var path = Path.IsPathFullyQualified(name) ? name : station.File(["ledger", .. name.Split('/')]);
        await FlipAsync(path, at);
        var result = await station.VerifyAsync(options);
        await FlipAsync(path, at);

        Assert.True(result.ExitCode == 1, $"{name}: {result}");
        var fault = result.Json.GetProperty("fault");
        Assert.Contains(Path.GetFileName(name), $"{fault.GetProperty("path")} {fault.GetProperty("sentence")}", StringComparison.Ordinal);
        if (entries is { } range) Assert.InRange(fault.GetProperty("entry").GetInt64(), range.Start.Value, range.End.Value - 1);
    }

    static async Task FlipAsync(string path, int at)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var value = file.ReadByte();
        Assert.True(value >= 0, $"'{path}' has only {file.Length} bytes.");
        file.Position = at;
        file.WriteByte((byte)(value ^ 1));
    }
}
