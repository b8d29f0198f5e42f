using System.Text;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class PollReaderTests
{
    readonly ProfileSchema _schema = ProfileSchema.Load();

    [Fact]
    public void What_is_asked_for_is_read_with_its_points()
    {
        var profile = Read(ModbusText.Profile).Profile!;

        Assert.Equal(new ModbusRtuFraming(TimeSpan.FromSeconds(2), 1, TimeSpan.FromMilliseconds(10)), profile.Framing);
        var level = profile.Messages[0];
        Assert.Equal(new ModbusPoll(ModbusFunction.ReadHoldingRegisters, 107, 3, TimeSpan.FromSeconds(10)), level.Poll);
        Assert.Equal(new ModbusPoint("level", 107, ModbusType.UInt16, ModbusOrder.HighFirst, 0.1m, "dB"), level.Points[0]);
        Assert.Equal(new ModbusPoint("total", 108, ModbusType.UInt32, ModbusOrder.LowFirst, 1, null), level.Points[1]);
        Assert.Equal("fault", profile.Messages[1].Fields["state"]);
        Assert.True(_schema.Allows(ModbusText.Profile));
    }

    [Fact]
    public void Timeout_retries_and_pause_have_defaults()
    {
        var text = ModbusText.Profile.Replace(", timeout: 2s, retries: 1, pause: 10ms", "");

        Assert.Equal(new ModbusRtuFraming(TimeSpan.FromSeconds(1), 2, TimeSpan.FromMilliseconds(5)), Read(text).Profile!.Framing);
        Assert.True(_schema.Allows(text));
    }

    [Theory]
    [InlineData("function: 3", "function: 6", "must be a whole number from 1 to 4", true)]
    [InlineData("count: 3", "count: 126", "must be a whole number from 1 to 125", false)]
    [InlineData("count: 10, every: 60s", "count: 2001, every: 60s", "must be a whole number from 1 to 2000", true)]
    [InlineData("address: 107, count: 3", "address: 65534, count: 3", "reach beyond 65535", false)]
    [InlineData("every: 10s", "every: 50ms", "from 0.1s to 1d", false)]
    [InlineData("every: 10s", "every: 10", "must be text", true)]
    [InlineData("timeout: 2s", "timeout: 5ms", "must be a duration", false)]
    [InlineData("retries: 1", "retries: 10", "must be a whole number from 0 to 9", true)]
    [InlineData("pause: 10ms", "maximumFrame: 1 KiB", "which a standard lays down", true)]
    [InlineData("name: total", "name: level", "point 'level' stands twice", false)]
    [InlineData("name: total", "name: Total", "must be lower-case letters", true)]
    [InlineData("address: 108", "address: 109", "point 'total' is not in what 'poll' asks for: 107 to 109", false)]
    [InlineData("address: 108", "address: 106", "point 'total' is not in what 'poll' asks for", false)]
    [InlineData("type: uint32, order: cdab", "type: uint64", "use uint16 or int16", true)]
    [InlineData("type: uint32, order: cdab", "type: bit", "must be one of registers, as function 3 reads", false)]
    [InlineData("type: bit", "type: uint16", "must be bit, as function 2 reads", false)]
    [InlineData("type: bit", "type: bit, scale: 2", "key 'scale' has no meaning for a bit", true)]
    [InlineData("scale: 0.1", "scale: 0.1, order: abcd", "key 'order' has no meaning for a value of one register", true)]
    [InlineData("scale: 0.1", "scale: 0", "must be a number such as 0.1 or 10, not zero", true)]
    [InlineData("scale: 0.1", "scale: 1e3", "must be a number such as", false)]
    [InlineData("scale: 0.1", "scale: \"0.1\"", "must be a number such as", true)]
    [InlineData("unit: dB", "unit: decibel-and-more-of-it", "at most 16 characters", true)]
    [InlineData("state: fault", "state: /fault", "is none of this message's 'points'", false)]
    [InlineData("format: modbus\n    poll: { function: 3", "format: bytes\n    poll: { function: 3", "use modbus", true)]
    [InlineData("    poll: { function: 3, address: 107, count: 3, every: 10s }\n", "", "key 'poll' is missing", true)]
    [InlineData("every: 10s }", "every: 10s }\n    repeatWindow: 1h", "every answer is to a question of its own", true)]
    [InlineData("every: 10s }", "every: 10s }\n    eventId: level", "answers have no identity", true)]
    [InlineData("every: 10s }", "every: 10s }\n    capturedAt: { pointer: level, format: unix-s }", "whose answers bear no time", true)]
    [InlineData("every: 10s }", "every: 10s }\n    begins: \"01\"", "key 'begins' has no meaning", true)]
    [InlineData("framing: { type: modbus-rtu, timeout: 2s, retries: 1, pause: 10ms }\n", "", "key 'poll' has no meaning but for the framing modbus-rtu", true)]
    [InlineData("type: modbus-rtu", "type: nmea", "key 'timeout' has no meaning but for modbus-rtu", true)]
    public void A_wrong_poll_is_refused(string from, string to, string message, bool schemaToo)
    {
        Assert.Contains(from, ModbusText.Profile, StringComparison.Ordinal);
        var changed = ModbusText.Profile.Replace(from, to);

        var errors = Read(changed).Errors;
        Assert.True(errors.Any(error => error.Message.Contains(message, StringComparison.Ordinal)), string.Join('\n', errors));
        if (schemaToo) Assert.False(_schema.Allows(changed));
    }

    static ProfileReading Read(string text) => ProfileReader.Read(Encoding.UTF8.GetBytes(text));
}
