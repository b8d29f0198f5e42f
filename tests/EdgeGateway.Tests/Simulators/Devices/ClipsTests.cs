using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Devices;

public sealed class ClipsTests
{
    static readonly byte[] Footage = [0, 0, 0, 16, .. "ftypisom"u8, 0, 0, 0, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public void A_clip_is_the_footage_and_a_box_that_readers_skip(int bytes)
    {
        var clip = Clips.WithFreeBox(Footage, "dock-1 00000007", bytes);

        Assert.Equal(Footage, clip[..Footage.Length]);
        Assert.Equal(clip.Length - Footage.Length, BinaryPrimitives.ReadInt32BigEndian(clip.AsSpan(Footage.Length)));
        Assert.Equal("freedock-1 00000007", Encoding.ASCII.GetString(clip.AsSpan(Footage.Length + 4, 19)));
        Assert.True(clip.Length >= bytes);
    }

    [Fact]
    public void Its_chunks_put_together_are_what_its_manifest_says()
    {
        var clips = new Clips(new ClipSettings(TimeSpan.FromSeconds(1), 100_000, 16 * 1024), "dock-1", SimSome.Clock, Footage);
        var media = clips.At(TimeSpan.FromSeconds(9), 7, new FaultPlan([], 1, "dock-1"));
        var manifest = media.Upload!.ManifestOf(media);
        using var said = JsonDocument.Parse(manifest.Payload);

        var chunks = Enumerable.Range(0, 7).Select(number => media.Upload.ChunkOf(media, number)).ToList();

        Assert.Equal("edgegw/v1/dock-1/media/clip-00000007/manifest", manifest.Address);
        Assert.Equal("edgegw/v1/dock-1/media/clip-00000007/chunk/6", chunks[6].Address);
        Assert.All(chunks, chunk => Assert.Equal(MessageClass.Part, chunk.Class));
        byte[] whole = [.. chunks.SelectMany(chunk => chunk.Payload.ToArray())];
        Assert.Equal(whole.Length, said.RootElement.GetProperty("size").GetInt32());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(whole)), said.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(16 * 1024, said.RootElement.GetProperty("chunkSize").GetInt32());
        Assert.NotEqual(media.Sha256, clips.At(TimeSpan.FromSeconds(10), 8, new FaultPlan([], 1, "dock-1")).Sha256);
    }
}
