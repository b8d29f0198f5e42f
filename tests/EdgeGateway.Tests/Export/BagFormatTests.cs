using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Export;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Export;

/// <summary>
/// A verifier writes the texts of a bag again and compares every byte, so a change of any of them is a new format. Where this
/// fails, raise <see cref="BagFormat.Current"/> and put its number and digest beside the old ones, which are never edited.
/// </summary>
public sealed class BagFormatTests
{
    static readonly Dictionary<long, string> Digests = new()
    {
        [2] = "62dde30861c8eceae3dcf5fee5e307ca2fea2c4cc2e4da4ef42a3a43eab2d37b",
        [3] = "0f7eedf3d7afa35d6cce463cefba30890fc76257ba591b278149b331baf80193",
    };

    [Fact]
    public void The_same_entries_give_the_same_texts_as_long_as_the_format_has_its_number() => Assert.True(Digests[BagFormat.Current] == Digest(), Digest());

    static string Digest()
    {
        var key = SigningKey.FromSeed("station-01.example", new byte[32]).Verifier;
        var head = new ExportHead(key, "station-01.example", 9, "", "Asia/Shanghai");
        var at = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
        var terms = new ExportTerms("案-77", "听证", "李四", "admin", at, "edgegw 1.2.3");
        var digests = new BagDigests(new Hash(SHA256.HashData("a"u8)), new Hash(SHA256.HashData("b"u8)), true, true);
        var witnessed = new WitnessedTree("", true, false, [new Cosigner(ExportedBag.Witness.Verifier, "乙中心", true), new Cosigner(ExportedBag.Witness.Verifier, null, false)]);
        var passed = new ExportedItem
        {
            Index = 3,
            LeafHash = default,
            MediaType = "image/jpeg",
            File = "data/3/original.jpg",
            Digests = digests,
            Size = 5,
            CapturedAt = "2026-11-22T08:00:00+08:00",
            ReceivedAt = at,
            Review = ReviewState.Passed,
            NotBefore = at.AddHours(-1),
            NotAfter = at.AddHours(1),
            Witnessed = witnessed,
        };
        ExportedItem[] items =
        [
            passed,
            passed with { Index = 4, MediaType = "application/json", Digests = digests with { IsSm3Sealed = false }, Review = ReviewState.Failed, ReviewReason = "模糊", CapturedAt = null, NotAfter = null },
            passed with { Index = 5, File = null, Digests = null, Review = ReviewState.None, NotBefore = null, Witnessed = new WitnessedTree("", false, true, []) },
            passed with { Index = 6, Digests = digests with { IsWhole = false }, NotBefore = null, NotAfter = null, Witnessed = witnessed with { HasQuorum = false, IsSelfAttestedOnly = true } },
        ];
        var commands = Commands(items, at);
        using var bag = BagWriter.Create("bag-that-is-never-written", rehearsal: true);
        bag.Add("data/x", "x");
        var list = new EvidenceList(head, terms, items);
        var guide = new VerifyGuide(commands, [head], items, []);
        string[] texts = [list.Csv(), list.PlainText(), list.Html(), guide.Text(), guide.Script(), new BagInformation([head], terms, items, []).Text(bag)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(texts))));
    }

    /// <summary>One of each kind of step.</summary>
    static VerifyCommands Commands(ExportedItem[] items, DateTimeOffset at)
    {
        var commands = new VerifyCommands();
        var entry = new ExportedEntry(new LedgerRecord(3, "{}"u8.ToArray(), "s"u8.ToArray(), "{}"u8.ToArray()), [[new Hash(new byte[32]), new Hash(new byte[32])]]);
        commands.Files();
        commands.Checkpoint();
        commands.Entry("data/3", entry, 4);
        foreach (var item in items) commands.Item($"data/{item.Index}", item);
        commands.Device("data/3/device", "data/3");
        commands.History("data/3/history/7", "data/3", 3);
        commands.Complete("data/3", 8);
        commands.After(0, 7, [(3, 8)], false);
        commands.After(1, 7, [(3, 8), (4, 9)], true);
        commands.Timestamp("data/anchors/5", at, new AnchorEvidence([], "r", "c", true, []));
        commands.Timestamp("data/anchors/6", at, new AnchorEvidence([], "r", "", false, []));
        commands.Cosignature("data/anchors/7");
        commands.Covered("data/3", 3, "data/anchors/5", "data/anchors/5/stamped.txt", 4, entry.Paths[0]);
        commands.CoveredAlone("data/3", "data/anchors/6");
        commands.Witnessed("data/witnessed/4");
        commands.WitnessedBy("data/witnessed/4", "data/witnessed/4/witness-1");
        return commands;
    }
}
