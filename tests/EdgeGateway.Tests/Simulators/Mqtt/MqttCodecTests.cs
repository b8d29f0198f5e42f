using System.Buffers;
using EdgeGateway.Simulators.Mqtt;

namespace EdgeGateway.Tests.Simulators.Mqtt;

public class MqttCodecTests
{
    static readonly MqttProperty[] SomeProperties =
    [
        new(MqttPropertyId.ReasonString) { Text = "磁盘已满" },
        MqttProperty.User("edgegw-index", "42"),
        MqttProperty.User("edgegw-leaf", "00ff"),
    ];

    public static TheoryData<string, string> V311Vectors => new()
    {
        // MQTT 3.1.1, figures of sections 3.1 to 3.14; the values are those of the standard's examples.
        { "connect", "10 11 0004 4D515454 04 02 000A 0005 73696D2D31" },
        { "sign-in", "10 1B 0004 4D515454 04 C0 000A 0005 73696D2D31 0003 616263 0003 010203" },
        { "connack", "20 02 01 00" },
        { "publish", "30 07 0003 612F62 6869" },
        { "publish-1", "32 07 0003 612F62 000A" },
        { "publish-dup", "3A 09 0003 612F62 000A 6869" },
        { "puback", "40 02 000A" },
        { "pubrec", "50 02 000A" },
        { "pubrel", "62 02 000A" },
        { "pubcomp", "70 02 000A" },
        { "subscribe", "82 0E 000A 0003 612F62 01 0003 632F64 02" },
        { "suback", "90 05 000A 00 02 80" },
        { "pingreq", "C0 00" },
        { "pingresp", "D0 00" },
        { "disconnect", "E0 00" },
    };

    public static TheoryData<string, string> V5Vectors => new()
    {
        // MQTT 5, section 3.1.2.11: the Session Expiry Interval of figure 3-6 is 11 0000000A.
        { "connect", "10 17 0004 4D515454 05 02 000A 05 11 0000000A 0005 73696D2D31" },
        { "connack", "20 06 00 00 03 21 0014" },
        { "publish", "32 08 0003 612F62 000A 00" },
        { "publish-content-type", "32 0F 0003 612F62 000A 05 03 0002 6A70 6869" },
        { "puback", "40 02 000A" },
        { "puback-code", "40 04 000A 97 00" },
        { "puback-index", "40 10 000A 00 0C 26 0005 696E646578 0002 3432" },
        { "subscribe", "82 09 000A 00 0003 612F62 01" },
        { "suback", "90 04 000A 00 01" },
        { "disconnect", "E0 02 8B 00" },
    };

    [Theory]
    [MemberData(nameof(V311Vectors))]
    public void A_packet_of_version_3_1_1_reads_and_writes_as_the_standard_has_it(string name, string hex) => RoundTrip(name, hex, MqttVersion.V311);

    [Theory]
    [MemberData(nameof(V5Vectors))]
    public void A_packet_of_version_5_reads_and_writes_as_the_standard_has_it(string name, string hex) => RoundTrip(name, hex, MqttVersion.V5);

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16_383, "FF7F")]
    [InlineData(16_384, "808001")]
    [InlineData(2_097_151, "FFFF7F")]
    [InlineData(2_097_152, "80808001")]
    [InlineData(268_435_455, "FFFFFF7F")]
    public void Variable_byte_integers_are_those_of_table_1_1(int value, string hex)
    {
        var output = new ArrayBufferWriter<byte>();
        output.WriteVariableInteger(value);
        Assert.Equal(hex, Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(value, new MqttReader(output.WrittenSpan).ReadVariableInteger());
    }

    [Fact]
    public void The_string_of_figure_1_1_is_written_as_printed()
    {
        var output = new ArrayBufferWriter<byte>();
        output.WriteText("A\U0002A6D4");
        Assert.Equal("000541F0AA9B94", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal("A\U0002A6D4", new MqttReader(output.WrittenSpan).ReadText());
    }

    [Fact]
    public void Every_property_comes_back_as_it_was_written()
    {
        var properties = Enum.GetValues<MqttPropertyId>().Select(id => MqttProperty.FormOf(id) switch
        {
            MqttPropertyForm.Text => new MqttProperty(id) { Text = "值" },
            MqttPropertyForm.TextPair => MqttProperty.User("name", "value"),
            MqttPropertyForm.Binary => new MqttProperty(id) { Data = new byte[] { 1, 2, 3 } },
            _ => new MqttProperty(id) { Number = 200 },
        }).ToList();
        var packet = Take(MqttEncoder.Encode(new ConnAckPacket(false, 0) { Properties = properties }, MqttVersion.V5), MqttVersion.V5);
        Assert.Equal(properties.Select(Describe), packet!.Properties.Select(Describe));
    }

    [Fact]
    public void A_refusal_names_its_code_reason_and_index()
    {
        var bytes = MqttEncoder.Encode(
            new AcknowledgementPacket(MqttPacketType.PubAck, 7) { ReasonCode = 0x97, Properties = SomeProperties }, MqttVersion.V5);
        var packet = Assert.IsType<AcknowledgementPacket>(Take(bytes, MqttVersion.V5));
        Assert.Equal(0x97, packet.ReasonCode);
        Assert.Equal("磁盘已满", packet.Properties.Text(MqttPropertyId.ReasonString));
        Assert.Equal("42", packet.Properties.User("edgegw-index"));
        Assert.Null(packet.Properties.User("absent"));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_packet_cut_at_any_byte_is_waited_for(int level)
    {
        var version = (MqttVersion)level;
        foreach (var bytes in Samples(version))
        {
            for (var length = 0; length < bytes.Length; length++) Assert.Null(Take(bytes[..length], version));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_body_that_ends_early_is_a_violation_or_a_shorter_packet_but_never_read_past(int level)
    {
        var version = (MqttVersion)level;
        foreach (var bytes in Samples(version))
        {
            for (var length = 0; length < bytes.Length - 2; length++)
            {
                byte[] shorter = [bytes[0], (byte)length, .. bytes.AsSpan(2, length)];
                AssertReadable(shorter, version);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_flipped_bit_and_any_noise_gives_a_packet_a_wait_or_a_violation(int level)
    {
        var version = (MqttVersion)level;
        var random = new Random(20260105);
        foreach (var bytes in Samples(version))
        {
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var flipped = bytes.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertReadable(flipped, version);
            }
        }

        for (var i = 0; i < 20_000; i++)
        {
            var noise = new byte[random.Next(40)];
            random.NextBytes(noise);
            AssertReadable(noise, version);
        }
    }

    [Fact]
    public void A_packet_larger_than_allowed_is_refused_before_it_has_arrived()
    {
        Assert.Throws<MqttProtocolException>(() => Take([0x30, 0xFF, 0xFF, 0x7F], MqttVersion.V5));
        Assert.Throws<MqttProtocolException>(() => Take([0x30, 0xFF, 0xFF, 0xFF, 0xFF], MqttVersion.V5));
    }

    [Fact]
    public void Two_packets_that_arrive_together_are_taken_one_after_the_other()
    {
        var arrived = new ReadOnlySequence<byte>([0x40, 0x02, 0x00, 0x01, 0xD0, 0x00, 0x40]);
        Assert.IsType<AcknowledgementPacket>(MqttDecoder.TryTake(ref arrived, MqttVersion.V311, 100));
        Assert.IsType<PingRespPacket>(MqttDecoder.TryTake(ref arrived, MqttVersion.V311, 100));
        Assert.Null(MqttDecoder.TryTake(ref arrived, MqttVersion.V311, 100));
        Assert.Equal(1, arrived.Length);
    }

    static void RoundTrip(string name, string hex, MqttVersion version)
    {
        var bytes = Bytes(hex);
        var packet = Take(bytes, version);
        Assert.True(packet is not null, name);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(MqttEncoder.Encode(packet, version)));
    }

    static IEnumerable<byte[]> Samples(MqttVersion version) =>
        (version == MqttVersion.V5 ? V5Vectors : V311Vectors).Select(row => Bytes((string)row[1]));

    static void AssertReadable(byte[] bytes, MqttVersion version)
    {
        var exception = Record.Exception(() => Take(bytes, version));
        Assert.True(exception is null or MqttProtocolException, $"{Convert.ToHexString(bytes)}: {exception}");
    }

    static MqttPacket? Take(byte[] bytes, MqttVersion version)
    {
        var arrived = new ReadOnlySequence<byte>(bytes);
        return MqttDecoder.TryTake(ref arrived, version, 64 * 1024);
    }

    static string Describe(MqttProperty property) =>
        $"{property.Id} {property.Number} {property.Text} {property.Value} {Convert.ToHexString(property.Data.Span)}";

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
