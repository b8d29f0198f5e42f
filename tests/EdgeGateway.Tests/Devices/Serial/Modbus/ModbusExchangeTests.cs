using System.Buffers.Binary;
using EdgeGateway.Devices.Serial.Modbus;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Modbus;

public sealed class ModbusExchangeTests
{
    static readonly ModbusPoll Registers = new(ModbusFunction.ReadHoldingRegisters, 107, 3, TimeSpan.FromSeconds(1));

    // The example of MODBUS Application Protocol V1.1b3 section 6.3: registers 108 to 110 hold 555, 0 and 100.
    static readonly byte[] Request = ModbusRequest.Of(17, Registers);
    static readonly byte[] Answer = ModbusText.Answer(17);
    static readonly byte[] Exchange = [.. Request, .. Answer];

    [Fact]
    public void A_request_has_the_bytes_of_the_standard()
    {
        Assert.Equal(Convert.FromHexString("1103006B00037687"), Request);
        Assert.Equal(Convert.FromHexString("1101001300250E84"), ModbusRequest.Of(17, new(ModbusFunction.ReadCoils, 19, 37, default)));
    }

    [Fact]
    public void An_answer_is_found_behind_whatever_came_before_it()
    {
        for (var noise = 0; noise < 20; noise++)
        {
            byte[] received = [.. Enumerable.Repeat((byte)0x11, noise), .. Answer, 0xFF];
            Assert.Equal(noise..(noise + Answer.Length), ModbusRequest.FindAnswer(Request, received));
        }
    }

    [Fact]
    public void An_answer_cut_off_anywhere_is_none_and_nor_is_one_with_a_flipped_bit()
    {
        for (var length = 0; length < Answer.Length; length++) Assert.Null(ModbusRequest.FindAnswer(Request, Answer.AsSpan(0, length)));
        for (var bit = 0; bit < Answer.Length * 8; bit++)
        {
            var flipped = Answer.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(ModbusRequest.FindAnswer(Request, flipped));
        }
    }

    [Fact]
    public void Another_slave_s_answer_or_one_to_another_question_is_none()
    {
        Assert.Null(ModbusRequest.FindAnswer(Request, ModbusText.Answer(18)));
        Assert.Null(ModbusRequest.FindAnswer(Request, ModbusText.Frame(17, 4, 6, 0, 0, 0, 0, 0, 0)));
        Assert.Null(ModbusRequest.FindAnswer(Request, ModbusText.Frame(17, 3, 4, 0, 0, 0, 0)));
        Assert.Null(ModbusRequest.FindAnswer(Request, ModbusText.Frame(17, 0x84, 2)));
    }

    [Fact]
    public void Its_values_are_scaled_and_its_registers_taken_in_the_order_that_the_maker_likes()
    {
        Assert.True(ModbusExchange.TryParse(Exchange, out var exchange));

        Assert.Equal((17, 3, 107, 3, null), (exchange.Unit, exchange.Function, exchange.Address, exchange.Count, exchange.Exception));
        Assert.Equal("55.5", exchange.Value(Point(107, ModbusType.UInt16, scale: 0.1m)));
        Assert.Equal("100", exchange.Value(Point(108, ModbusType.UInt32)));
        Assert.Equal("6553600", exchange.Value(Point(108, ModbusType.UInt32, ModbusOrder.LowFirst)));
        Assert.Equal("25600", exchange.Value(Point(108, ModbusType.UInt32, ModbusOrder.HighFirstSwapped)));
        Assert.Equal("1677721600", exchange.Value(Point(108, ModbusType.UInt32, ModbusOrder.LowFirstSwapped)));
        Assert.Null(exchange.Value(Point(109, ModbusType.UInt32)));
        Assert.Null(exchange.Value(Point(106, ModbusType.UInt16)));
        Assert.Null(exchange.Value(Point(107, ModbusType.Bit)));
    }

    [Theory]
    [InlineData(0xFFFF, ModbusType.Int16, "-0.1", 0.1)]
    [InlineData(0x8000, ModbusType.Int16, "-32768", 1)]
    [InlineData(0xFFFFFFFF, ModbusType.Int32, "-1", 1)]
    [InlineData(0xFFFFFFFF, ModbusType.UInt32, "4294967295", 1)]
    [InlineData(0x42DE0000, ModbusType.Float32, "111", 1)]
    [InlineData(0x42DE0000, ModbusType.Float32, "1.11", 0.01)]
    [InlineData(0x7FC00000, ModbusType.Float32, null, 1)]
    [InlineData(0x7F800000, ModbusType.Float32, null, 0.1)]
    [InlineData(0x7F7FFFFF, ModbusType.Float32, "3.4028234663852886E+37", 0.1)]
    [InlineData(0x00000001, ModbusType.Float32, "1.401298464324817E-45", 1)]
    public void Numbers_below_zero_with_fractions_and_none_at_all_are_told(uint bits, ModbusType type, string? value, double scale)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(data, type == ModbusType.Int16 ? bits << 16 : bits);
        byte[] bytes = [.. ModbusRequest.Of(1, new(ModbusFunction.ReadInputRegisters, 0, 2, default)), .. ModbusText.Frame([1, 4, 4, .. data])];

        Assert.True(ModbusExchange.TryParse(bytes, out var exchange));
        Assert.Equal(value, exchange.Value(Point(0, type, scale: (decimal)scale)));
    }

    [Fact]
    public void Bits_are_counted_from_the_lowest_of_the_first_byte()
    {
        byte[] bytes = [.. ModbusRequest.Of(1, new(ModbusFunction.ReadCoils, 20, 10, default)), .. ModbusText.Frame(1, 1, 2, 0b0000_0100, 0b0000_0010)];

        Assert.True(ModbusExchange.TryParse(bytes, out var exchange));
        Assert.Equal(["0", "0", "1", "0", "0", "0", "0", "0", "0", "1"], Enumerable.Range(20, 10).Select(address => exchange.Value(Point(address, ModbusType.Bit))));
        Assert.Null(exchange.Value(Point(30, ModbusType.Bit)));
    }

    [Fact]
    public void An_exception_is_an_answer_that_says_nothing()
    {
        byte[] bytes = [.. Request, .. ModbusText.Frame(17, 0x83, 2)];

        Assert.True(ModbusExchange.TryParse(bytes, out var exchange));
        Assert.Equal(2, exchange.Exception);
        Assert.Null(exchange.Value(Point(107, ModbusType.UInt16)));
        Assert.Equal(ParseVerdict.Failed, ModbusExchange.Read(ModbusText.Level.Messages[0], bytes).Verdict);
        Assert.Equal(ParseVerdict.Ok, ModbusExchange.Read(ModbusText.Level.Messages[0], Exchange).Verdict);
    }

    [Fact]
    public void Whatever_is_no_whole_exchange_is_none()
    {
        for (var length = 0; length < Exchange.Length; length++) Assert.False(ModbusExchange.TryParse(Exchange.AsMemory(0, length), out _));
        for (var bit = 0; bit < Exchange.Length * 8; bit++)
        {
            var flipped = Exchange.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ModbusExchange.TryParse(flipped, out _));
        }

        Assert.False(ModbusExchange.TryParse((byte[])[.. Exchange, 0], out _));
    }

    [Fact]
    public void Ten_thousand_random_inputs_are_read_without_harm() => Fuzz(10_000);

    /// <summary>Mostly almost right: random bytes alone never reach the values.</summary>
    internal static void Fuzz(int inputs)
    {
        var random = new Random(20261127);
        var parsed = 0;
        for (var i = 0; i < inputs; i++)
        {
            var function = (ModbusFunction)random.Next(0, 7);
            var poll = new ModbusPoll(function, random.Next(0x10000), random.Next(0, 2100), default);
            var data = new byte[random.Next(0, 3) == 0 ? random.Next(0, 256) : Math.Min(250, poll.DataBytes)];
            random.NextBytes(data);
            byte[] bytes = [.. ModbusRequest.Of(random.Next(256), poll), .. ModbusText.Frame([0, (byte)function, (byte)data.Length, .. data])];
            bytes[8] = bytes[0];
            var answer = ModbusText.Frame(bytes[8..^2]);
            answer.CopyTo(bytes, 8);
            if (random.Next(4) == 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (!ModbusExchange.TryParse(bytes, out var exchange)) continue;

            parsed++;
            foreach (var type in Enum.GetValues<ModbusType>())
            {
                exchange.Value(Point(random.Next(0x10000), type, (ModbusOrder)random.Next(4), 0.001m));
                exchange.Value(Point(poll.Address + random.Next(-1, 130), type, (ModbusOrder)random.Next(4), -1_000_000m));
            }
        }

        Assert.InRange(parsed, inputs / 50, inputs);
    }

    static ModbusPoint Point(int address, ModbusType type, ModbusOrder order = ModbusOrder.HighFirst, decimal scale = 1) => new("point", address, type, order, scale, null);
}
