using System.Text;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Nmea;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Nmea;

public sealed class NmeaSentenceTests
{
    static readonly byte[] Good = NmeaText.Line(NmeaText.Published[0]);

    [Theory]
    [InlineData(0, "RMC", true, "2011-05-28T09:27:50.000Z")]
    [InlineData(1, "GGA", true, null)]
    [InlineData(2, "ZDA", null, "2002-07-04T20:15:30.000Z")]
    [InlineData(3, "RMC", false, "2017-03-29T19:48:12.000Z")]
    [InlineData(4, "RMC", true, "2024-11-15T02:00:00.000Z")]
    [InlineData(5, "GGA", true, null)]
    [InlineData(6, "ZDA", null, "2024-11-15T02:00:00.000Z")]
    public void A_published_sentence_is_read(int number, string type, bool? valid, string? time)
    {
        var chunk = Assert.Single(FramerReading.Read(NmeaProtocol.Framer(), NmeaText.Line(NmeaText.Published[number])));
        Assert.Equal(SerialChunkKind.Frame, chunk.Kind);
        Assert.True(NmeaSentence.TryParse(chunk.Bytes.Span, out var sentence));

        Assert.Equal((type, valid), (sentence.Type, sentence.IsValid));
        Assert.Equal(time, sentence.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_sentence_without_a_fix_tells_no_time_and_no_position()
    {
        var sentence = Parse("GPRMC,194812.00,V,5321.6802,N,00630.3372,W,,,290317,,,N");

        Assert.All(["time", "latitude", "longitude"], place => Assert.Null(NmeaInterpretation.Value(sentence, place, sentence.IsValid ?? true)));
        Assert.Equal("void", NmeaInterpretation.Value(sentence, "fix", false));
    }

    [Theory]
    [InlineData("latitude", "53.361337")]
    [InlineData("longitude", "-6.505620")]
    [InlineData("satellites", "8")]
    [InlineData("hdop", "1.03")]
    [InlineData("fix", "valid")]
    [InlineData("time", null)]
    public void What_a_profile_can_name_is_found(string place, string? value)
    {
        Assert.True(NmeaSentence.TryParse(NmeaText.Line(NmeaText.Published[1]), out var sentence));
        Assert.Equal(value, NmeaInterpretation.Value(sentence, place, @fixed: true));
    }

    [Theory]
    [InlineData("GP", true)]
    [InlineData("GN", true)]
    [InlineData("BD", true)]
    [InlineData("GB", true)]
    [InlineData("GL", true)]
    [InlineData("GA", true)]
    [InlineData("II", null)]
    [InlineData("HE", null)]
    public void Only_satellite_receivers_are_read(string talker, bool? valid) =>
        Assert.Equal(valid, Parse($"{talker}RMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A").IsValid);

    [Theory]
    [InlineData("GPRMC,092750,A,,,,,,,280511,,,E", false)]
    [InlineData("GPRMC,092750,A,,,,,,,280511,,,M", false)]
    [InlineData("GPRMC,092750,A,,,,,,,280511,,,S", false)]
    [InlineData("GPRMC,092750,A,,,,,,,280511", true)]
    [InlineData("GPRMC,092750,,,,,,,,280511", false)]
    [InlineData("GPGGA,092750,,,,,0,,", false)]
    [InlineData("GPGGA,092750,,,,,6,,", false)]
    [InlineData("GPGGA,092750,,,,,8,,", false)]
    [InlineData("GPGGA,092750,,,,,4,,", true)]
    [InlineData("GPGSV,1,1,00", null)]
    [InlineData("PUBX,00,A", null)]
    public void An_estimate_or_a_simulator_is_no_fix(string body, bool? valid) => Assert.Equal(valid, Parse(body).IsValid);

    [Theory]
    [InlineData("GPRMC,246060,A,,,,,,,280511")]
    [InlineData("GPRMC,092750.,A,,,,,,,28051x")]
    [InlineData("GPRMC,09275,A,,,,,,,280511")]
    [InlineData("GPRMC,092750x1,A,,,,,,,280511")]
    [InlineData("GPRMC,092750,A,,,,,,,310211")]
    [InlineData("GPRMC,092750,A,,,,,,,")]
    [InlineData("GPZDA,201530.00,4,07,2002,00,00")]
    [InlineData("GPZDA,201530.00,00,07,2002,00,00")]
    [InlineData("GPZDA,201530.00,04,07,02,00,00")]
    public void A_time_that_is_none_is_not_read(string body) => Assert.Null(Parse(body).Time);

    [Fact]
    public void Two_digits_of_the_year_mean_1980_to_2079()
    {
        Assert.Equal(1980, Parse("GPRMC,000000,A,,,,,,,060180").Time!.Value.Year);
        Assert.Equal(2079, Parse("GPRMC,000000,A,,,,,,,060179").Time!.Value.Year);
    }

    [Fact]
    public void A_sentence_cut_at_any_byte_comes_out_whole_and_one_cut_short_gives_way()
    {
        for (var cut = 0; cut <= Good.Length; cut++)
        {
            Assert.Equal(Good, Assert.Single(FramerReading.Read(NmeaProtocol.Framer(), Good[..cut], Good[cut..])).Bytes.ToArray());
        }

        for (var cut = 1; cut < Good.Length; cut++)
        {
            Assert.Equal(Good, FramerReading.Read(NmeaProtocol.Framer(), [.. Good[..cut], .. Good])[^1].Bytes.ToArray());
        }
    }

    [Fact]
    public void A_flipped_bit_never_gives_a_frame()
    {
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var flipped = (byte[])Good.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            var chunks = FramerReading.Read(NmeaProtocol.Framer(), flipped);

            Assert.Equal(flipped, FramerReading.All(chunks));
            Assert.DoesNotContain(chunks, chunk => chunk.Kind == SerialChunkKind.Frame);
        }
    }

    [Theory]
    [InlineData("$GPRMC,092750.000,A\r\n")]
    [InlineData("$GPRMC,092750.000,A*4\r\n")]
    [InlineData("$GPRMC,092750.000,A*zz\r\n")]
    [InlineData("$\r\n")]
    public void A_checksum_must_be_there(string line) =>
        Assert.DoesNotContain(FramerReading.Read(NmeaProtocol.Framer(), Encoding.ASCII.GetBytes(line)), chunk => chunk.Kind == SerialChunkKind.Frame);

    [Fact]
    public void A_sentence_beyond_128_bytes_is_noise()
    {
        byte[] input = [.. NmeaText.Sentence("GPTXT," + new string('x', 150)), .. Good];
        var chunks = FramerReading.Read(NmeaProtocol.Framer(), input);

        Assert.Equal(SerialChunkKind.Noise, chunks[0].Kind);
        Assert.Equal(Good, Assert.Single(chunks, chunk => chunk.Kind == SerialChunkKind.Frame).Bytes.ToArray());
    }

    [Fact]
    public void Whatever_comes_no_byte_is_lost_and_nothing_throws() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261128);
        var rule = ProfileReader.Read(Encoding.UTF8.GetBytes(ProfileTexts.Nmea)).Profile!.Messages[1];
        for (var round = 0; round < inputs; round++)
        {
            var input = FramerReading.Some(random, () => random.Next(2) == 0 ? Mutated(random) : NmeaText.Line(NmeaText.Published[random.Next(7)]));
            var chunks = FramerReading.ReadInPieces(NmeaProtocol.Framer(), input, random);

            Assert.Equal(input, FramerReading.All(chunks));
            foreach (var chunk in chunks.Where(chunk => chunk.Kind == SerialChunkKind.Frame))
            {
                Assert.InRange(chunk.Bytes.Length, 6, 128);
                if (NmeaSentence.TryParse(chunk.Bytes.Span, out var sentence)) Assert.All(NmeaInterpretation.Read(rule, sentence, true).Fields.Values, value => Assert.InRange(value.Length, 1, 256));
            }
        }
    }

    // With a checksum that is right, so that what reads the fields is reached.
    static byte[] Mutated(Random random)
    {
        var body = NmeaText.Published[random.Next(7)][1..^3].ToCharArray();
        for (var i = random.Next(4); i >= 0; i--) body[random.Next(body.Length)] = (char)random.Next(0x20, 0x7F);
        return NmeaText.Sentence(new string(body));
    }

    static NmeaSentence Parse(string body) => NmeaSentence.TryParse(NmeaText.Sentence(body), out var sentence) ? sentence : throw new FormatException(body);
}
