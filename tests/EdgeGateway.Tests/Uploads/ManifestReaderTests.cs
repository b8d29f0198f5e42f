using System.Text;
using EdgeGateway.Uploads;

namespace EdgeGateway.Tests.Uploads;

public sealed class ManifestReaderTests
{
    const string Digest = "0d8cc036597c7e6968a09984a4eec47f6120811be94189af2178e90fe8b524c2";

    static readonly string Whole =
        $$$"""{"fileName":"\u5f55\u50cf.mp4","contentType":"video/mp4","size":8589934592,"chunkSize":262144,"sha256":"{{{Digest}}}","startedAt":"2026-11-22T08:00:00+08:00","endedAt":"2026-11-22T09:00:00+08:00","case":"案-77","officer":"李四","vendor":{"a":[1,{"b":null}]}}""";

    [Fact]
    public void All_that_a_manifest_says_is_read()
    {
        var manifest = Read(Whole)!;

        Assert.Equal((8589934592, 262144, 32768), (manifest.Size, manifest.ChunkSize, manifest.Chunks));
        Assert.Equal((Digest, "录像.mp4", "video/mp4"), (manifest.Sha256.ToString(), manifest.FileName, manifest.ContentType));
        Assert.Equal(("2026-11-22T08:00:00+08:00", "2026-11-22T09:00:00+08:00"), (manifest.StartedAt, manifest.EndedAt));
        Assert.Equal(("案-77", "李四"), (manifest.Case, manifest.Officer));
        Assert.Equal(manifest, Read(Whole));
        Assert.NotEqual(manifest, Read(Whole.Replace("李四", "王五", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"size":1,"chunkSize":16384}""")]
    [InlineData("""{"size":0,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":-1,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":"1","chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":1.5,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":1e30,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":9007199254740992,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":9007199254740991,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":1,"chunkSize":0,"sha256":"D"}""")]
    [InlineData("""{"size":1,"chunkSize":16383,"sha256":"D"}""")]
    [InlineData("""{"size":1,"chunkSize":2147483648,"sha256":"D"}""")]
    [InlineData("""{"size":1,"size":2,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":1,"\u0073ize":2,"chunkSize":16384,"sha256":"D"}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D0"}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"xyz"}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D","fileName":7}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D","fileName":"a\u0000b"}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D","fileName":"\ud800"}""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D"} {}""")]
    [InlineData("""[{"size":1,"chunkSize":16384,"sha256":"D"}]""")]
    [InlineData("""{"size":1,"chunkSize":16384,"sha256":"D","x":[[[[[[[[1]]]]]]]]}""")]
    public void What_is_none_is_refused_with_a_reason(string json)
    {
        Assert.Null(ManifestReader.Read(Encoding.UTF8.GetBytes(json.Replace("\"D", "\"" + Digest, StringComparison.Ordinal)), out var error));

        Assert.InRange(error.Length, 10, 100);
        Assert.True(Ascii.IsValid(error));
    }

    [Fact]
    public void Texts_have_their_limits()
    {
        Assert.NotNull(Read(With("fileName", new string('录', 255))));
        Assert.Null(Read(With("fileName", new string('录', 256))));
        Assert.Null(Read(With("startedAt", new string('1', 65))));
        Assert.Null(Read(With("case", new string('1', 257))));
        Assert.Null(Read(With("padding", new string('x', ManifestReader.MaximumBytes))));
        Assert.Null(Read(With("fileName", "")) is { } empty ? empty.FileName : "");
    }

    [Fact]
    public void Cut_at_every_byte_it_is_none()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);

        for (var length = 0; length < bytes.Length; length++) Assert.Null(ManifestReader.Read(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void With_any_bit_flipped_it_is_none_or_one_within_the_limits()
    {
        var bytes = Encoding.UTF8.GetBytes(Whole);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Check(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Ten_thousand_inputs_at_random_make_none_or_one_within_the_limits() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261126);
        var whole = Encoding.UTF8.GetBytes(Whole);
        for (var round = 0; round < inputs; round++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                    1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(20))..], (byte)'}'],
                    _ => [.. bytes[..at], .. whole[random.Next(whole.Length)..], .. bytes[at..]],
                };
            }

            Check(bytes);
        }
    }

    static void Check(byte[] bytes)
    {
        if (ManifestReader.Read(bytes, out _) is not { } manifest) return;
        Assert.True(manifest.Size >= 1 && manifest.ChunkSize >= UploadManifest.SmallestChunk && manifest.Chunks >= 1);
        Assert.Equal(manifest.Size, manifest.OffsetOf(manifest.Chunks - 1) + manifest.LengthOf(manifest.Chunks - 1));
    }

    static string With(string name, string value) => $$"""{"size":1,"chunkSize":16384,"sha256":"{{Digest}}","{{name}}":"{{value}}"}""";

    static UploadManifest? Read(string json) => ManifestReader.Read(Encoding.UTF8.GetBytes(json), out _);
}
