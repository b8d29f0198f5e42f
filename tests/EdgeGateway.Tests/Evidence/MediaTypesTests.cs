using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Evidence;

public sealed class MediaTypesTests
{
    static readonly MessageRule Rule = new()
    {
        Name = "test",
        Class = MessageClass.Evidence,
        Format = PayloadFormat.Auto,
        MaximumBytes = 1024,
        RepeatWindow = TimeSpan.FromDays(7),
    };

    [Theory]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("IMAGE/JPEG", "image/jpeg")]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("image/jpeg, image/png", "video/mp4")]
    [InlineData("image/svg+xml", "video/mp4")]
    [InlineData("张三 13800000000", "video/mp4")]
    [InlineData("", "video/mp4")]
    [InlineData(null, "video/mp4")]
    public void A_claim_counts_only_if_it_is_on_the_list_and_then_the_profile_does(string? claimed, string expected) =>
        Assert.Equal(expected, MediaTypes.Decide(claimed, Rule with { MediaType = "video/mp4" }, "{}"u8));

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 }, "image/jpeg")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0 }, "image/png")]
    [InlineData(new byte[] { 0, 0, 0, 0x18, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6F, 0x6D }, "video/mp4")]
    [InlineData(new byte[] { 0x1A, 0x45, 0xDF, 0xA3 }, "video/x-matroska")]
    [InlineData(new byte[] { 0xFF, 0xD8 }, "application/octet-stream")]
    [InlineData(new byte[] { 0x42, 0x4D, 0x0C, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "image/bmp")]
    [InlineData(new byte[] { 0x42, 0x4D, 0x0D, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "application/octet-stream")]
    [InlineData(new byte[0], "application/octet-stream")]
    public void Without_claim_and_profile_the_first_bytes_tell(byte[] payload, string expected) =>
        Assert.Equal(expected, MediaTypes.Decide(null, Rule, payload));

    [Theory]
    [InlineData("GIF89a...", "image/gif")]
    [InlineData("%PDF-1.7", "application/pdf")]
    [InlineData("RIFF....WEBPVP8 ", "image/webp")]
    [InlineData("RIFF....WAVEfmt ", "audio/wav")]
    [InlineData(" \n{ \"a\": 1}", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("[{}]", "application/json")]
    [InlineData("{", "application/octet-stream")]
    [InlineData("{a}", "application/octet-stream")]
    [InlineData("[1] first", "application/octet-stream")]
    [InlineData("<html>", "application/octet-stream")]
    public void Text_is_told_by_its_beginning(string payload, string expected) =>
        Assert.Equal(expected, MediaTypes.Decide(null, Rule, Encoding.ASCII.GetBytes(payload)));

    [Fact]
    public void A_frame_of_hj_212_is_one() => Assert.Equal(MediaTypes.Hj212, MediaTypes.Decide(null, Rule with { Format = PayloadFormat.Hj212 }, "##"u8));

    [Fact]
    public void Nothing_but_the_list_ever_comes_out()
    {
        var random = new Random(2046);
        var payload = new byte[32];
        for (var round = 0; round < 10_000; round++)
        {
            random.NextBytes(payload);
            payload = payload[..random.Next(payload.Length + 1)].Concat(new byte[32]).Take(32).ToArray();

            Assert.Contains(MediaTypes.Decide(Encoding.Latin1.GetString(payload), Rule, payload), MediaTypes.All);
        }
    }
}
