using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Storage.Ledger;

public sealed class GoldenFileTests : IDisposable
{
    static readonly DateTimeOffset At = new DateTimeOffset(2026, 11, 22, 5, 6, 7, TimeSpan.Zero).AddMicroseconds(123_456);
    static readonly byte[] Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    static readonly Hash Previous = Hash.Parse(new string('b', 64));
    static readonly Hash Hello = Of("hello");

    readonly TempFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commitments()
    {
        Assert.Equal(LedgerGolden.Digest("commit-evidence"), Evidence().PrivatePart.Commitment.ToString());
        Assert.Equal(LedgerGolden.Digest("commit-empty"), Genesis().PrivatePart.Commitment.ToString());
    }

    [Fact]
    public void Leaves()
    {
        var (leaf, hash) = WriteGenesis();
        Assert.Equal(LedgerGolden.Bytes("leaf-genesis.json"), leaf);
        Assert.Equal(LedgerGolden.Digest("leaf-genesis"), hash.ToString());

        (leaf, hash) = WriteEvidence();
        Assert.Equal(LedgerGolden.Bytes("leaf-evidence.json"), leaf);
        Assert.Equal(LedgerGolden.Digest("leaf-evidence"), hash.ToString());
    }

    [Fact]
    public void Repeat_identities()
    {
        var identity = Identity("event-1");
        Assert.Equal(LedgerGolden.Digest("repeat-key"), identity.Key.ToString("x32", null));
        Assert.Equal(LedgerGolden.Digest("conflict-key"), identity.ConflictKey.ToString("x32", null));
    }

    [Fact]
    public void A_frame_and_its_way_back()
    {
        var frame = new Frame(1 << 16);
        Add(frame, Genesis(), 1, WriteGenesis());
        Add(frame, Evidence(), 2, WriteEvidence());
        frame.Seal(7, 1000, Hash.Parse(new string('c', 64)));
        var golden = LedgerGolden.Bytes("frame.bin");
        Assert.Equal(golden, frame.Blocks.ToArray());

        Assert.Equal(FrameReader.Finding.Good, FrameReader.Look(golden, 7, 1000, Hash.Parse(new string('c', 64)), out var length));
        var restored = new Frame(WalFormat.LargestFrameBytes);
        FrameReader.Restore(golden.AsSpan(0, length), restored, "");
        Assert.Equal(golden, restored.Blocks.ToArray());
        Assert.Equal(["gateway", "device/cam-01"], restored.Entries.ToArray().Select(entry => entry.Subject));
        Assert.Equal(frame.Entries.ToArray(), restored.Entries.ToArray());

        static void Add(Frame frame, EntryDraft draft, long sequence, (byte[] Leaf, Hash Hash) written) => frame.Add(
            draft.Subject, sequence, written.Hash, At, written.Leaf, draft.PrivatePart.Salt, draft.PrivatePart.PrivatePart, draft.Repeat);
    }

    [Fact]
    public void A_segment_s_header() => Assert.Equal(
        LedgerGolden.Bytes("segment-header.bin"), WriteAheadLog.SegmentHeader(7, 1000, Hash.Parse(new string('c', 64))));

    [Fact]
    public void Bundles_and_their_way_back()
    {
        var bundle = new OpenBundle();
        bundle.Begin(3);
        for (var i = 0; i < TilePath.FullWidth; i++)
        {
            var json = Encoding.UTF8.GetBytes($"{{\"n\":{i}}}");
            bundle.Add(json, Of($"salt-{i}").ToArray(), json);
        }

        var (header, data) = bundle.Payloads();
        Assert.Equal(LedgerGolden.Bytes("entries.bin"), bundle.Leaves.ToArray());
        Assert.Equal(LedgerGolden.Bytes("payloads.bin"), header.Concat(data.ToArray()).ToArray());

        var paths = new LedgerPaths(_folder.Path);
        foreach (var (path, golden) in new[] { (paths.File(TilePath.ForEntries(3)), "entries.bin"), (paths.Payloads(3), "payloads.bin") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, LedgerGolden.Bytes(golden));
        }

        var records = new List<LedgerRecord>();
        new BundleReader(paths).Read(768, 1000, records);
        Assert.Equal(TilePath.FullWidth, records.Count);
        Assert.All(records, (record, i) =>
        {
            Assert.Equal(768 + i, record.Index);
            Assert.Equal(Of($"salt-{i}").ToArray(), record.Salt.ToArray());
            Assert.Equal($"{{\"n\":{i}}}", Encoding.UTF8.GetString(record.PrivatePart.Span));
            Assert.Equal($"{{\"n\":{i}}}", Encoding.UTF8.GetString(record.Leaf.Span));
        });
    }

    [Fact]
    public void The_state_and_its_way_back()
    {
        var state = new LedgerState
        {
            Size = 768,
            FirstSegment = 4,
            SignedSize = 800,
            SignedRoot = Of("root"),
            NewestAt = At,
            Log = Hash.Parse(LedgerGolden.Digest("leaf-genesis")),
            Key = Of("vkey"),
            Edge = [ReadOnlyMemory<byte>.Empty, new[] { "a", "b", "c" }.SelectMany(text => Of(text).ToArray()).ToArray()],
        };
        StateFile.Write(_folder["state"], state);
        Assert.Equal(LedgerGolden.Bytes("state.bin"), File.ReadAllBytes(_folder["state"]));

        var read = StateFile.Read(_folder["state"]);
        Assert.Equal(state with { Edge = [] }, read with { Edge = state.Edge.Take(0).ToList() }, (a, b) => a with { Edge = b.Edge } == b);
        Assert.Equal(state.Edge.Select(level => Convert.ToHexString(level.Span)), read.Edge.Select(level => Convert.ToHexString(level.Span)));
    }

    [Fact]
    public void Heads_and_their_way_back()
    {
        File.WriteAllBytes(_folder["heads"], LedgerGolden.Bytes("heads.bin"));

        var heads = SubjectHeads.Read(_folder["heads"]);

        Assert.Equal(1002, heads.Size);
        Assert.Equal(new SubjectHead(1, 0, Hash.Parse(LedgerGolden.Digest("leaf-genesis"))), heads.Find("gateway"));
        Assert.Equal(new SubjectHead(2, 1001, Hash.Parse(LedgerGolden.Digest("leaf-evidence"))), heads.Find("device/cam-01"));
        heads.Write(_folder["written"]);
        Assert.Equal(LedgerGolden.Bytes("heads.bin"), File.ReadAllBytes(_folder["written"]));
    }

    [Fact]
    public void Repeats_and_their_way_back()
    {
        var files = new RepeatFiles(_folder["repeats"], 80);
        files.Load(new RepeatWindow(80), 0);
        files.Append(
        [
            new SealedRepeat(Identity("event-1"), 1001, At, Hash.Parse(LedgerGolden.Digest("leaf-evidence"))),
            new SealedRepeat(Identity(null) with { Window = TimeSpan.FromDays(1) }, 1002, At.AddMicroseconds(1), Previous),
        ]);
        Assert.Equal(LedgerGolden.Bytes("repeats.bin"), File.ReadAllBytes(_folder["repeats", "00000001"]));

        var window = new RepeatWindow(80);
        new RepeatFiles(_folder["repeats"], 80).Load(window, 1003);
        Assert.Equal(1001, window.FindSame(Identity("event-1"), At)!.Value.Index);
        Assert.Equal(new RepeatFacts(-1, 1002), window.Facts(Identity(null), At));
    }

    static Hash Of(string text) => new(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static RepeatIdentity Identity(string? eventId) => RepeatIdentity.Of("cam-01", eventId, Hello, TimeSpan.FromDays(7));

    static FixedDraft Genesis() => new(
        EntryKind.Genesis, "gateway", "system/gateway", Authentication.None,
        """{"hash":"sha-256","key":"station-01.example+00000000+AQ==","origin":"station-01.example","signature":"ed25519","timeZone":"Asia/Shanghai"}"""u8.ToArray(),
        SealedPart.Seal("{}"u8, Salt));

    static FixedDraft Evidence()
    {
        var part = new CanonicalJsonWriter();
        part.BeginObject();
        part.Name("bytes"u8);
        part.Base64("hello"u8);
        part.Name("capturedAt"u8);
        part.String("2026-11-22 13:06:07");
        part.Name("digest"u8);
        part.BeginObject();
        part.Name("sha256"u8);
        part.Hex(Hello);
        part.EndObject();
        part.EndObject();
        var body = new CanonicalJsonWriter();
        body.BeginObject();
        body.Name("flags"u8);
        body.BeginArray();
        body.Ascii("dup"u8);
        body.EndArray();
        body.Name("mediaType"u8);
        body.String("text/plain; \"€\"\t");
        body.Name("size"u8);
        body.Number(5);
        body.EndObject();
        return new FixedDraft(
            EntryKind.Evidence, "device/cam-01", "device/cam-01", new Authentication("secret", "c-7", "tls1.3"),
            body.Written.ToArray(), SealedPart.Seal(part.Written, Salt))
        {
            Repeat = Identity("event-1"),
        };
    }

    static (byte[] Leaf, Hash Hash) WriteGenesis()
    {
        var leaves = new LeafWriter();
        leaves.SetClock(new ClockReading(At, 1, "3f0c1d52-0000-4000-8000-000000000001", "system", ClockState.Unsynchronised));
        var hash = leaves.Write(Genesis(), At, null, 1, null, RepeatFacts.None);
        return (leaves.Leaf.ToArray(), hash);
    }

    static (byte[] Leaf, Hash Hash) WriteEvidence()
    {
        var leaves = new LeafWriter();
        leaves.SetClock(new ClockReading(
            At, 987_654_321, "3f0c1d52-0000-4000-8000-000000000001", "chrony", ClockState.Synchronised, -12, 250));
        var hash = leaves.Write(Evidence(), At, WriteGenesis().Hash, 2, Previous, RepeatFacts.None);
        return (leaves.Leaf.ToArray(), hash);
    }
}
