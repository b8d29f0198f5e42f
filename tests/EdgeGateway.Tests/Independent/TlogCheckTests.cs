using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Independent;

/// <summary>The ledger's folder as golang.org/x/mod reads it: whole ones are good, changed ones are not.</summary>
public sealed class TlogCheckTests
{
    const string Other = "other.example+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(70_000)]
    public async Task A_ledger_of_any_size_is_read_and_every_entry_found_in_its_tree(int size)
    {
        using var folder = new TempFolder(inMemory: true);
        var key = await FillAsync(folder, size);

        var result = await IndependentTools.CheckLogAsync(folder["ledger"], key);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.StartsWith($"OK: {size} entries", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_byte_of_any_tile_bundle_or_the_checkpoint_is_refused_and_so_is_another_key()
    {
        using var folder = new TempFolder(inMemory: true);
        var key = await FillAsync(folder, 700);
        var files = Directory.GetFiles(folder["ledger", "tile"], "*", SearchOption.AllDirectories).Append(folder["ledger", "checkpoint"]).Order(StringComparer.Ordinal).ToList();

        // Two full bundles and a partial one, their tiles, the partial one above them, and the checkpoint.
        Assert.Equal(8, files.Count);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 3] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
            await RefusedAsync(folder, key, file);
            bytes[bytes.Length / 3] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
            File.Move(file, folder["away"]);
            await RefusedAsync(folder, key, $"{file} is gone");
            File.Move(folder["away"], file);
        }

        await RefusedAsync(folder, Other, "another key");
        Assert.Equal(0, (await IndependentTools.CheckLogAsync(folder["ledger"], key)).ExitCode);
    }

    static async Task RefusedAsync(TempFolder folder, string key, string what)
    {
        var result = await IndependentTools.CheckLogAsync(folder["ledger"], key);
        Assert.True(result.ExitCode == 1 && result.Output.StartsWith("FAILED: ", StringComparison.Ordinal), $"{what}: {result}");
    }

    /// <returns>The ledger's vkey.</returns>
    static async Task<string> FillAsync(TempFolder folder, int size)
    {
        await using var ledger = TestLedger.Open(TestLedger.Settings(folder.Path) with { SegmentBytes = 32 << 20 });
        await TestLedger.SealAsync(ledger, 0, size - 1);
        Assert.Equal(size, (await ledger.CheckpointAsync(CancellationToken.None)).Checkpoint.Size);
        return ledger.Key.ToString();
    }
}
