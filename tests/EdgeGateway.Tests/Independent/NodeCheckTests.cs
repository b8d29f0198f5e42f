using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Independent;

/// <summary>A proof that the command made as @sigstore/verify reads it, and a time-stamp as pkijs does.</summary>
public sealed class NodeCheckTests
{
    [Fact]
    public async Task A_proof_of_a_running_gateways_entry_is_good_and_each_change_of_proof_leaf_or_key_is_refused()
    {
        await using var station = await E2eStation.StartedAsync();
        var secret = await station.AddDeviceAsync("cam-01");
        using (var device = await E2eMqtt.SignInAsync(station.Gateway.MqttPort, "cam-01", secret))
        {
            await device.PublishManyAsync("cam-01", "event", 300);
        }

        var (proof, leaf) = (station.Beside("proof"), station.Beside("leaf"));
        var index = (await station.EvidenceAsync())[250].GetProperty("index").GetInt64();
        var made = await station.AskAsync("ledger", "prove", $"{index}", "--out", proof);
        var key = (await File.ReadAllTextAsync(station.File("keys", "ledger.vkey"))).Trim();
        await File.WriteAllBytesAsync(leaf, LeafOf(station, index));
        Assert.Equal(index, made.GetProperty("index").GetInt64());

        var good = await IndependentTools.NodeAsync("proof.mjs", proof, leaf, key);
        Assert.True(good.ExitCode == 0, good.ToString());
        Assert.StartsWith($"OK: entry {index} of ", good.Output, StringComparison.Ordinal);

        // The entry; a hash on the way; the root that was signed; the place.
        await AssertRefusedAsync(leaf, 100, proof, leaf, key);
        var lines = (await File.ReadAllTextAsync(proof)).Split('\n');
        foreach (var line in (int[])[2, Array.IndexOf(lines, "") + 3])
        {
            await AssertRefusedAsync(proof, lines[..line].Sum(before => before.Length + 1) + 5, proof, leaf, key);
        }

        await File.WriteAllTextAsync(proof, string.Join('\n', lines).Replace($"index {index}\n", $"index {index + 1}\n", StringComparison.Ordinal));
        Assert.Equal(1, (await IndependentTools.NodeAsync("proof.mjs", proof, leaf, key)).ExitCode);
    }

    [Fact]
    public async Task A_time_stamp_by_openssl_is_good_and_not_over_another_file_or_under_another_authority()
    {
        using var folder = new TempFolder();
        using var authority = await OpensslAuthority.CreateAsync();
        using var other = await OpensslAuthority.CreateAsync();
        await File.WriteAllTextAsync(folder["data"], "station-01.example\n1\nroot\n");
        await File.WriteAllTextAsync(folder["other"], "station-01.example\n2\nroot\n");
        var reply = await authority.StampAsync(folder["data"]);

        var good = await IndependentTools.NodeAsync("token.mjs", reply, folder["data"], authority.Roots);
        Assert.True(good.ExitCode == 0, good.ToString());
        Assert.Equal(1, (await IndependentTools.NodeAsync("token.mjs", reply, folder["other"], authority.Roots)).ExitCode);
        Assert.Equal(1, (await IndependentTools.NodeAsync("token.mjs", reply, folder["data"], other.Roots)).ExitCode);
        await AssertRefusedAsync(reply, (int)new FileInfo(reply).Length - 20, reply, folder["data"], authority.Roots, "token.mjs");
    }

    static byte[] LeafOf(E2eStation station, long index)
    {
        var folder = station.File("ledger", "tile", "entries");
        var number = $"{index / 256:000}";
        var bundle = File.Exists(Path.Combine(folder, number))
            ? File.ReadAllBytes(Path.Combine(folder, number))
            : File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder, number + ".p")).MaxBy(path => int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture))!);
        var at = 0;
        for (var skip = index % 256; skip > 0; skip--) at += 2 + (bundle[at] << 8 | bundle[at + 1]);
        return bundle[(at + 2)..(at + 2 + (bundle[at] << 8 | bundle[at + 1]))];
    }

    /// <summary>Changes one byte, sees that it is refused, and puts it back.</summary>
    static async Task AssertRefusedAsync(string file, int offset, string first, string second, string third, string script = "proof.mjs")
    {
        var bytes = await File.ReadAllBytesAsync(file);
        var before = bytes[offset];
        bytes[offset] = before == (byte)'A' ? (byte)'B' : (byte)'A';
        await File.WriteAllBytesAsync(file, bytes);
        var result = await IndependentTools.NodeAsync(script, first, second, third);
        Assert.True(result.ExitCode == 1 && result.Output.StartsWith("FAILED: ", StringComparison.Ordinal), $"{file} at {offset}: {result}");
        bytes[offset] = before;
        await File.WriteAllBytesAsync(file, bytes);
    }
}
