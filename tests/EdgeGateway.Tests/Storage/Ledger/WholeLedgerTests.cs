using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary>A ledger of some thousand entries, looked at as someone does who has only its folder.</summary>
public sealed class WholeLedgerTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_thousand_entries_over_several_starts_verify_from_the_folder_alone()
    {
        const int count = 3000;
        var random = new Random(20261122);
        var published = new List<Checkpoint>();
        VerifierKey? key = null;
        for (var sealedSoFar = 0; sealedSoFar < count;)
        {
            await using var ledger = TestLedger.Open(_folder);
            key = ledger.Key;
            for (var round = 0; round < 3 && sealedSoFar < count; round++)
            {
                var some = Math.Min(random.Next(1, 700), count - sealedSoFar);
                await TestLedger.SealAsync(ledger, Enumerable.Range(sealedSoFar, some).Select(Entry));
                sealedSoFar += some;
                published.Add((await ledger.CheckpointAsync(CancellationToken.None)).Checkpoint);
            }
        }

        var last = published[^1];
        Assert.Equal(count + 1, last.Size);
        Assert.Null(TestLedger.Verify(_folder, key!));
        Assert.All(published, earlier => Assert.Null(new LogVerifier(last).CheckGrowth(earlier, path => TestLedger.Read(_folder, path))));
        await using var opened = TestLedger.Open(_folder);
        var records = TestLedger.ReadAll(opened);
        LedgerChains.Check(records);
        Assert.All(records, record => Assert.Equal(LedgerCanonical.Of(record.Leaf), Encoding.UTF8.GetString(record.Leaf.Span)));
        for (var i = 0; i < 20; i++)
        {
            var index = random.NextInt64(last.Size);
            var proof = new ProofBuilder(last.Size, path => TestLedger.Read(_folder, path)).Inclusion(index);
            Assert.True(Merkle.VerifyInclusion(index, last.Size, Merkle.LeafHash(records[(int)index].Leaf.Span), proof, last.Root));
        }
    }

    [Fact]
    public async Task A_changed_byte_in_a_bundle_or_tile_is_found_at_its_entry()
    {
        VerifierKey key;
        await using (var ledger = TestLedger.Open(_folder))
        {
            key = ledger.Key;
            await TestLedger.SealAsync(ledger, 0, 600);
        }

        foreach (var (file, entry) in new[] { ("tile/entries/001", 256L), ("tile/0/001", 256L), ("tile/entries/002.p/89", 512L) })
        {
            var path = _folder["ledger", file];
            var bytes = await File.ReadAllBytesAsync(path);
            bytes[5] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
            Assert.Equal(entry, TestLedger.Verify(_folder, key)!.EntryIndex);
            bytes[5] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
        }

        Assert.Null(TestLedger.Verify(_folder, key));
    }

    static EntryDraft Entry(int number)
    {
        var body = new CanonicalJsonWriter();
        body.BeginObject();
        body.Name("message"u8);
        body.String($"№ {number} \"é\\\u0001\u2028😀 \b\t\n\f\r\u007f");
        body.Name("size"u8);
        body.Number(number % 2 == 0 ? number : -number);
        body.EndObject();
        return new FixedDraft(
            EntryKind.Evidence, $"device/d{number % 17}", $"device/d{number % 17}", new Authentication("secret", "c", "tls1.3"),
            body.Written.ToArray(), SealedPart.Seal(Encoding.UTF8.GetBytes($"{{\"n\":{number}}}"), RandomSalt(number)));
    }

    static byte[] RandomSalt(int number)
    {
        var salt = new byte[LedgerRecord.SaltBytes];
        new Random(number).NextBytes(salt);
        return salt;
    }
}
