using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed class Hj212CrcTests
{
    [Fact]
    public void The_check_value_is_not_that_of_modbus() => Assert.Equal(0x2F80, Hj212Crc.Compute("123456789"u8));

    [Theory]
    [MemberData(nameof(Hj212Vectors.Right), MemberType = typeof(Hj212Vectors))]
    public void Every_published_frame_has_the_checksum_it_states(string frame)
    {
        var bytes = Hj212Vectors.Bytes(frame);

        Assert.True(Hj212Framer.IsFrame(bytes));
        Assert.True(Hj212Framer.CrcIsRight(bytes));
    }

    [Fact]
    public void A_frame_from_the_field_states_another_checksum_than_its_data_has()
    {
        var bytes = Hj212Vectors.Bytes(Hj212Vectors.WrongCrc);

        Assert.True(Hj212Framer.IsFrame(bytes));
        Assert.False(Hj212Framer.CrcIsRight(bytes));
        Assert.Equal(0x3C00, Hj212Crc.Compute(Hj212Framer.Data(bytes).Span));
    }

    [Fact]
    public void The_table_gives_what_the_steps_of_appendix_a_give()
    {
        var random = new Random(212);
        for (var round = 0; round < 1000; round++)
        {
            var data = new byte[random.Next(64)];
            random.NextBytes(data);

            Assert.Equal(StepByStep(data), Hj212Crc.Compute(data));
        }
    }

    [Theory]
    [InlineData("1C80", true)]
    [InlineData("1c80", true)]
    [InlineData("1C8", false)]
    [InlineData("1C80F", false)]
    [InlineData("1C8G", false)]
    [InlineData("", false)]
    public void A_checksum_is_four_digits_in_either_case(string digits, bool fits) =>
        Assert.Equal(fits, Hj212Crc.TryParse(System.Text.Encoding.ASCII.GetBytes(digits), out _));

    static int StepByStep(byte[] data)
    {
        var crc = 0xFFFF;
        foreach (var b in data)
        {
            crc = (crc >> 8) ^ b;
            for (var i = 0; i < 8; i++)
            {
                var lowest = crc & 1;
                crc >>= 1;
                if (lowest == 1) crc ^= 0xA001;
            }
        }

        return crc;
    }
}
