using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

/// <summary><c>ledger/repeats</c> is a cache: without it a start goes on, and only a repeat may be sealed a second time.</summary>
public sealed class RepeatsLostTests : IDisposable
{
    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_start_survives_repeats_that_are_gone_or_of_another_ledger(bool gone)
    {
        VerifierKey key;
        await using (var ledger = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(ledger, 0, 600);
            key = ledger.Key;
        }

        var repeats = _folder["ledger", "repeats"];
        if (gone)
        {
            Directory.Delete(repeats, recursive: true);
        }
        else
        {
            foreach (var file in Directory.GetFiles(repeats)) File.WriteAllBytes(file, new byte[3 * RepeatFiles.RecordBytes + 5]);
        }

        await using (var ledger = TestLedger.Open(_folder))
        {
            await TestLedger.SealAsync(ledger, 600, 10);
            Assert.Equal(Enumerable.Range(0, 610), TestLedger.Numbers(ledger));
        }

        Assert.Null(TestLedger.Verify(_folder, key));
    }
}
