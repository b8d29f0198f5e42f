using EdgeGateway.Bags;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;
using EdgeGateway.Witnessing;

namespace EdgeGateway.Tests.Export;

/// <summary>Exports of a site that has a policy: what the witnesses said goes with the item, and how far it counts is said.</summary>
public sealed class WitnessedExportTests : IAsyncLifetime, IDisposable
{
    readonly TempFolder _files = new();
    ExportStation _station = null!;

    public async Task InitializeAsync()
    {
        // The policy names the ledger's key, which is made first.
        await using (var first = await ExportStation.OpenAsync(folder: _files)) await WritePolicyAsync(first.Data.Ledger.Key, "乙中心");
    }

    public async Task DisposeAsync() => await _station.DisposeAsync();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Operators_are_named_and_the_proof_has_the_cosignature()
    {
        var item = await WitnessedAsync(failOpen: true);

        await _station.ExportAsync("bag", item);

        Assert.Contains("witness.example（乙中心，属其他单位）", File.ReadAllText(_station["bag", "data", "list.txt"]), StringComparison.Ordinal);
        Assert.DoesNotContain("仅自证", File.ReadAllText(_station["bag", "data", "list.txt"]), StringComparison.Ordinal);
        Assert.True(TlogProof.TryParse(File.ReadAllBytes(_station["bag", "data", $"{item}", BagPath.WitnessedProof]), out var proof, out var error), error);
        var verdict = proof.Verify(_station.LeafHashOf(item), _station.Data.Ledger.Key, _station.Data.Ledger.Origin, [ExportedBag.Witness.Verifier]);
        Assert.True(verdict.IsGood, verdict.Sentence);
        Assert.Equal(0, (await ExportedBag.FollowGuideAsync(_station["bag"])).ExitCode);
        Assert.Equal(BagVerdict.Trusted, ExportedBag.Verify(_station["bag"], _station.Data.Witnesses.Policy).Verdict);
    }

    [Fact]
    public async Task A_witness_of_the_same_administration_leaves_it_self_attested()
    {
        await WritePolicyAsync(VerifierKey.Parse(File.ReadAllText(LedgerKeys.PublicPath(_files["data"])).Trim()), "甲局");
        var item = await WitnessedAsync(failOpen: true);

        await _station.ExportAsync("bag", item);

        foreach (var page in (string[])["VERIFY.txt", "bag-info.txt", "data/list.csv", "data/list.txt", "data/list.html"])
        {
            Assert.Contains("仅自证", File.ReadAllText(_station[["bag", .. page.Split('/')]]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_the_quorum_nothing_leaves_where_the_policy_must_be_met()
    {
        await OpenAsync(failOpen: false);
        var item = await _station.SealTextAsync("a");

        var refused = await Assert.ThrowsAsync<GatewayException>(() => _station.ExportAsync("bag", item));

        Assert.Contains("Witness:FailOpen", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_station["bag"]));
        await CosignAsync(item);
        await _station.ExportAsync("bag", item);
        Assert.True(Directory.Exists(_station["bag"]));
    }

    async Task<long> WitnessedAsync(bool failOpen)
    {
        await OpenAsync(failOpen);
        var item = await _station.SealTextAsync("a");
        await CosignAsync(item);
        return item;
    }

    async Task OpenAsync(bool failOpen) => _station = await ExportStation.OpenAsync(
        folder: _files, change: settings => settings with { Witness = new WitnessOptions { Policy = _files["policy"], FailOpen = failOpen } });

    async Task CosignAsync(long item) =>
        await _station.SealOwnAsync(ExportedBag.Cosignature(_station.Data.Ledger.Origin, item + 1, await _station.RootAsync(item + 1)));

    Task WritePolicyAsync(VerifierKey key, string operatorName) => File.WriteAllTextAsync(
        _files["policy"], $"# administration 甲局\nlog {key}\nwitness w {ExportedBag.Witness.Verifier}\n# operator w {operatorName}\nquorum w\n");
}
