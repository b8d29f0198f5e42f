using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Core.Ledger;

public sealed class EntryViewTests
{
    readonly LedgerEntries _entries = LedgerEntries.WithGenesis();

    [Fact]
    public void An_entry_reads_as_it_was_written()
    {
        _entries.AddEvidence("cam-01");
        var record = _entries.AddEvidence("cam-01", eventId: "e-7");

        using var entry = EntryView.Parse(record);

        Assert.Equal(2, entry.Index);
        Assert.Equal(1, entry.Version);
        Assert.Equal(EntryKind.Evidence, entry.Kind);
        Assert.Equal("evidence", entry.KindName);
        Assert.Equal(_entries.At, entry.At);
        Assert.Equal("device/cam-01", entry.Subject);
        Assert.Equal("cam-01", entry.SubjectDevice);
        Assert.Equal(2, entry.Seq);
        Assert.Equal("device/cam-01", entry.Actor);
        Assert.Equal(_entries.Log, entry.Log);
        Assert.Null(entry.Prev);
        Assert.Equal(LedgerEntries.LeafHash(record.Leaf.Span), entry.LeafHash);
        Assert.Equal("capture", entry.Body.Text("message"u8));
        Assert.Equal("e-7", entry.Private.Text("eventId"u8));
        Assert.True(entry.CommitmentHolds());
    }

    [Fact]
    public void The_commitment_fails_for_any_other_salt_or_private_part()
    {
        var record = _entries.AddEvidence("cam-01");
        var salt = record.Salt.ToArray();
        salt[31] ^= 1;
        var hidden = record.PrivatePart.ToArray();
        hidden[^4] ^= 1;

        Assert.False(Holds(record with { Salt = salt }));
        Assert.False(Holds(record with { PrivatePart = hidden }));
        Assert.False(Holds(record with { Salt = salt.AsMemory(1) }));

        static bool Holds(LedgerRecord record)
        {
            using var entry = EntryView.Parse(record);
            return entry.CommitmentHolds();
        }
    }

    [Fact]
    public void An_erased_entry_keeps_its_leaf()
    {
        _entries.AddEvidence("cam-01");

        using var entry = EntryView.Parse(_entries.Erase(1));

        Assert.True(entry.IsErased);
        Assert.False(entry.CommitmentHolds());
        Assert.Null(entry.Private.Text("eventId"u8));
        Assert.Equal("capture", entry.Body.Text("message"u8));
    }

    [Fact]
    public void Unknown_kinds_fields_and_versions_are_shown()
    {
        using var kind = EntryView.Parse(_entries.Add("verdict", "gateway", new JsonObject { ["new"] = "field" }));
        Assert.Null(kind.Kind);
        Assert.Equal("verdict", kind.KindName);
        Assert.Equal("field", kind.Body.Text("new"u8));

        using var version = EntryView.Parse(new LedgerRecord(9, """{"kind":"evidence","v":2}"""u8.ToArray(), default, default));
        Assert.Equal(2, version.Version);
        Assert.Null(version.Kind);
        Assert.Equal("", version.Subject);
    }

    [Fact]
    public void Every_kind_has_the_name_that_the_format_gives_it()
    {
        string[] names =
        [
            "genesis", "key", "anchor", "evidence", "quarantine", "observation", "review", "custody", "device", "site", "finding",
            "cleanup", "report", "rule", "clock", "gap", "tombstone", "gateway",
        ];
        Assert.Equal(names, Enum.GetValues<EntryKind>().Select(EntryKinds.Text));
        Assert.All(Enum.GetValues<EntryKind>(), kind =>
            Assert.True(EntryKinds.TryParse(EntryKinds.Text(kind), out var parsed) && parsed == kind));
        Assert.False(EntryKinds.TryParse("Evidence", out _));
        Assert.False(EntryKinds.TryParse(null, out _));
    }

    [Theory]
    [InlineData("v")]
    [InlineData("kind")]
    [InlineData("at")]
    [InlineData("subject")]
    [InlineData("seq")]
    [InlineData("actor")]
    [InlineData("commit")]
    public void A_missing_header_field_is_named_with_the_entry(string field)
    {
        var leaf = JsonNode.Parse(_entries.AddEvidence("cam-01").Leaf.Span)!.AsObject();
        leaf.Remove(field);

        var exception = Assert.Throws<LedgerCorruptException>(() => Parse(LedgerEntries.Canonical(leaf)));

        Assert.Contains("Entry 5", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"'{field}'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("{\"v\":1,\"v\":1}")]
    [InlineData("{\"v\":1.5}")]
    [InlineData("{\"v\":1e400}")]
    [InlineData("{\"v\":1} x")]
    [InlineData("{\"v\":1,\"\\ud800\":1}")]
    [InlineData("{\"v\":1,\"kind\":\"\\udc00\"}")]
    public void What_is_no_entry_is_refused(string leaf) =>
        Assert.Throws<LedgerCorruptException>(() => Parse(Encoding.UTF8.GetBytes(leaf)));

    [Fact]
    public void Nesting_and_length_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40);
        Assert.Throws<LedgerCorruptException>(() => Parse(Encoding.UTF8.GetBytes(deep)));

        var record = _entries.AddEvidence("cam-01");
        var longLeaf = new byte[LedgerRecord.MaximumLeafBytes + 1];
        longLeaf.AsSpan().Fill((byte)' ');
        record.Leaf.Span.CopyTo(longLeaf);
        Assert.Throws<LedgerCorruptException>(() => Parse(longLeaf));
        Assert.Throws<LedgerCorruptException>(
            () => EntryView.Parse(record with { PrivatePart = new byte[LedgerRecord.MaximumPrivateBytes + 1] }));
    }

    [Fact]
    public void A_private_part_that_is_no_json_is_refused_by_name()
    {
        var exception = Assert.Throws<LedgerCorruptException>(
            () => EntryView.Parse(_entries.AddEvidence("cam-01") with { PrivatePart = "nonsense"u8.ToArray() }));

        Assert.Contains("private part", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_cut_at_any_byte_is_refused()
    {
        var leaf = _entries.AddEvidence("cam-01").Leaf;

        for (var length = 0; length < leaf.Length; length++)
        {
            var cut = leaf[..length].ToArray();
            Assert.Throws<LedgerCorruptException>(() => Parse(cut));
        }
    }

    [Fact]
    public void Flipped_bits_and_noise_are_read_or_refused_and_never_anything_else()
    {
        var record = _entries.AddEvidence("cam-01", _entries.At, "id \\ \" \n é 固化");
        var random = new Random(5);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var leaf = record.Leaf.ToArray();
            var hidden = record.PrivatePart.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                var target = random.Next(2) == 0 ? leaf : hidden;
                target[random.Next(target.Length)] = random.Next(3) == 0 ? (byte)"\\u{}\",:0"[random.Next(8)] : (byte)random.Next(256);
            }

            try
            {
                using var entry = EntryView.Parse(record with { Leaf = leaf, PrivatePart = hidden });
                ReadAll(entry.Header);
                ReadAll(entry.Private);
            }
            catch (LedgerCorruptException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 19_999);
    }

    static void ReadAll(JsonElement json)
    {
        foreach (var property in json.EnumerateObject())
        {
            var name = Encoding.UTF8.GetBytes(property.Name);
            json.Text(name);
            json.Integer(name);
            json.Time(name);
            json.Digest(name);
            json.Array(name);
            if (json.Object(name) is { } inner) ReadAll(inner);
        }
    }

    static void Parse(byte[] leaf)
    {
        using var entry = EntryView.Parse(new LedgerRecord(5, leaf, default, default));
    }
}
