using System.Text;
using EdgeGateway.Clocks;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Clocks;

public sealed class ChronyTrackingTests
{
    const string Good = Script.Tracking + "\n";

    [Fact]
    public void A_line_gives_offset_and_uncertainty_and_never_makes_the_uncertainty_smaller()
    {
        Assert.True(ChronyTracking.TryParse(Good, out var tracking, out var error), error);

        Assert.Equal(("A29FC87B", 4, "Normal"), (tracking.ReferenceId, tracking.Stratum, tracking.Leap));

        // -0.000012345 to be added: the system clock is fast.
        Assert.Equal(13, tracking.OffsetMicroseconds);
        Assert.Equal(4001, tracking.RootDelayMicroseconds);
        Assert.Equal(500 + 2001, tracking.UncertaintyMicroseconds);
        Assert.Null(tracking.WhyNot);
    }

    [Theory]
    [InlineData(2, "0", "stratum")]
    [InlineData(2, "16", "stratum")]
    [InlineData(13, "Not synchronised", "leap")]
    [InlineData(13, "Insert second", "leap")]
    [InlineData(0, "7F7F0101", "own clock")]
    public void A_chrony_that_follows_nobody_is_not_synchronised(int field, string value, string why)
    {
        Assert.True(ChronyTracking.TryParse(With(field, value), out var tracking, out var error), error);
        Assert.Contains(why, tracking.WhyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "A29FC87")]
    [InlineData(0, "a29fc87b")]
    [InlineData(2, "-1")]
    [InlineData(2, "256")]
    [InlineData(2, "")]
    [InlineData(4, "")]
    [InlineData(4, "nan")]
    [InlineData(4, "inf")]
    [InlineData(4, "1e3")]
    [InlineData(4, " 1")]
    [InlineData(4, "99999999999")]
    [InlineData(10, "-0.1")]
    [InlineData(11, "-0.1")]
    [InlineData(13, "normal")]
    [InlineData(13, "")]
    public void A_field_that_chrony_does_not_write_is_refused(int field, string value) =>
        Assert.False(ChronyTracking.TryParse(With(field, value), out _, out _));

    [Fact]
    public void A_line_cut_off_anywhere_is_refused()
    {
        for (var length = 0; length < Good.Length; length++) Assert.False(ChronyTracking.TryParse(Good[..length], out _, out _), Good[..length]);
        Assert.False(ChronyTracking.TryParse(Good + Good, out _, out _));
        Assert.False(ChronyTracking.TryParse("\n", out _, out _));
        Assert.False(ChronyTracking.TryParse("506 Cannot talk to daemon\n", out _, out _));
    }

    [Fact]
    public void Flipped_bits_and_noise_are_refused_or_read_and_never_thrown()
    {
        var bytes = Encoding.Latin1.GetBytes(Good);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            if (ChronyTracking.TryParse(Encoding.Latin1.GetString(bytes), out var read, out _)) Assert.True(read.UncertaintyMicroseconds >= 0);
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }

        var random = new Random(20261122);
        for (var i = 0; i < 20_000; i++)
        {
            var noise = bytes.ToArray();
            for (var changes = random.Next(1, 20); changes > 0; changes--) noise[random.Next(noise.Length)] = (byte)",.-+0123456789\nN"[random.Next(16)];
            if (ChronyTracking.TryParse(Encoding.Latin1.GetString(noise), out var read, out _)) Assert.True(read.UncertaintyMicroseconds >= 0);
        }
    }

    static string With(int field, string value)
    {
        var fields = Script.Tracking.Split(',');
        fields[field] = value;
        return string.Join(',', fields) + "\n";
    }
}
