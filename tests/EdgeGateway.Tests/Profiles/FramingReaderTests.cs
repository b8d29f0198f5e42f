using System.Text;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class FramingReaderTests
{
    readonly ProfileSchema _schema = ProfileSchema.Load();

    [Fact]
    public void A_delimiter_is_read_with_the_messages_that_frames_begin_with()
    {
        var profile = Read(ProfileTexts.Delimited).Profile!;

        Assert.Equal(new DelimiterFraming("02", "0D0A", 256), profile.Framing);
        Assert.Equal("\u0002W"u8.ToArray(), profile.Messages[0].Begins.ToArray());
        Assert.Equal([64, 256], profile.Messages.Select(message => message.MaximumBytes));
        Assert.Equal("weight", profile.MatchFrame("\u0002W1234\r\n"u8)!.Name);
        Assert.Equal("alive", profile.MatchFrame("\u0002{}\r\n"u8)!.Name);
        Assert.True(_schema.Allows(ProfileTexts.Delimited));
    }

    [Fact]
    public void A_length_is_read()
    {
        Assert.Equal(new LengthFraming("AA55", 2, 2, true, 6, FrameChecksum.Crc16Modbus, 1024), Read(ProfileTexts.Measured).Profile!.Framing);
        Assert.True(_schema.Allows(ProfileTexts.Measured));
    }

    [Fact]
    public void Sentences_are_read_with_how_often_one_is_kept()
    {
        var profile = Read(ProfileTexts.Nmea).Profile!;

        Assert.Equal(new NmeaFraming(), profile.Framing);
        Assert.Equal(["RMC", "GGA", "ZDA"], profile.Messages[0].Sentences);
        Assert.Equal(TimeSpan.FromMinutes(1), profile.Messages[0].SampleEvery);
        Assert.True(_schema.Allows(ProfileTexts.Nmea));
    }

    [Theory]
    [InlineData("sentences: [RMC, GGA, ZDA]", "sentences: [rmc]", "three capital letters", true)]
    [InlineData("sampleEvery: 60s", "sampleEvery: 60", "must be text", true)]
    [InlineData("sampleEvery: 60s", "begins: \"24\"", "key 'begins' has no meaning", true)]
    [InlineData("sampleEvery: 60s", "commands: [\"2011\"]", "key 'commands' has no meaning", true)]
    [InlineData("sampleEvery: 60s", "eventId: time", "sentences have no identity", true)]
    [InlineData("{ type: nmea }", "{ type: nmea, maximumFrame: 64 B }", "key 'maximumFrame' has no meaning", true)]
    [InlineData("framing: { type: nmea }\n", "", "key 'sentences' has no meaning but for the framing nmea", true)]
    [InlineData("pointer: time", "pointer: /time", "is not read in NMEA: use one of time, fix", false)]
    public void Wrong_sentences_are_refused(string from, string to, string message, bool schemaToo) => Refused(ProfileTexts.Nmea, from, to, message, schemaToo);

    [Fact]
    public void A_receivers_rate_may_be_left_to_be_found_and_no_other_line_s()
    {
        var text = ProfileTexts.Nmea.Replace("baudRate: 9600", "baudRate: auto");

        Assert.Equal([9600, 4800, 38400, 115200, 19200, 57600], Read(text).Profile!.Line!.Rates);
        Assert.True(_schema.Allows(text));
        Refused(ProfileTexts.Delimited, "baudRate: 9600", "baudRate: auto", "is for the framing nmea alone", schemaToo: false);
        Refused(ProfileTexts.Nmea, "baudRate: 9600", "baudRate: \"auto\"", "must be a whole number", schemaToo: false);
    }

    [Fact]
    public void A_serial_profile_that_names_no_framing_speaks_HJ_212() => Assert.Equal(new Hj212Framing(), Read(ProfileTexts.Serial).Profile!.Framing);

    [Theory]
    [InlineData("type: delimiter", "type: lines", "use hj212 or nmea or delimiter or length or modbus-rtu")]
    [InlineData(", end: \"0d0a\"", "", "key 'end' is missing")]
    [InlineData("end: \"0d0a\"", "end: \"0d0\"", "two hexadecimal digits each")]
    [InlineData("end: \"0d0a\"", "end: \"0x0a\"", "two hexadecimal digits each")]
    [InlineData("end: \"0d0a\"", "end: \"000102030405060708\"", "1 to 8 bytes")]
    [InlineData("maximumFrame: 256 B", "maximumFrame: 8 KiB", "of at most 4096 B")]
    [InlineData("maximumFrame: 256 B", "maximumFrame: 256 B, lengthAt: 2", "key 'lengthAt' has no meaning for delimiter")]
    [InlineData("type: delimiter", "type: hj212", "key 'end' has no meaning for hj212")]
    [InlineData("format: bytes", "format: hj212", "use json or bytes or auto")]
    [InlineData("begins: \"0257\"", "commands: [\"2011\"]", "key 'commands' has no meaning for a framing other than hj212")]
    public void A_wrong_delimiter_is_refused_by_reader_and_schema(string from, string to, string message) => Refused(ProfileTexts.Delimited, from, to, message, schemaToo: !to.Contains("8 KiB"));

    [Theory]
    [InlineData("end: \"0d0a\"", "end: \"02\"", "must differ")]
    [InlineData("maximumFrame: 256 B", "maximumFrame: 3 B", "leaves no room")]
    [InlineData("    begins: \"0257\"\n", "", "this message is never reached")]
    [InlineData("maximumSize: 64 B", "maximumSize: 257 B", "of at most 256 B")]
    public void What_the_schema_cannot_see_the_reader_refuses(string from, string to, string message) => Refused(ProfileTexts.Delimited, from, to, message, schemaToo: false);

    [Theory]
    [InlineData("start: \"AA55\", ", "", "key 'start' is missing", true)]
    [InlineData("lengthBytes: 2", "lengthBytes: 3", "whole number from 1 to 2", true)]
    [InlineData("lengthBytes: 2", "lengthBytes: 1", "key 'lengthOrder' has no meaning", true)]
    [InlineData("lengthOrder: little, ", "", "key 'lengthOrder' is missing", true)]
    [InlineData("checksum: crc16-modbus", "checksum: crc32", "use none or xor or sum or crc16-modbus", true)]
    [InlineData("maximumFrame: 1 KiB", "maximumFrame: 1 KiB, end: \"0A\"", "key 'end' has no meaning for length", true)]
    [InlineData("lengthAt: 2", "lengthAt: 1", "must be behind 'start'", false)]
    [InlineData("maximumFrame: 1 KiB", "maximumFrame: 3 B", "must reach beyond the length", false)]
    public void A_wrong_length_is_refused(string from, string to, string message, bool schemaToo) => Refused(ProfileTexts.Measured, from, to, message, schemaToo);

    void Refused(string text, string from, string to, string message, bool schemaToo)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        var changed = text.Replace(from, to);

        var errors = Read(changed).Errors;
        Assert.True(errors.Any(error => error.Message.Contains(message, StringComparison.Ordinal)), string.Join('\n', errors));
        if (schemaToo) Assert.False(_schema.Allows(changed));
    }

    static ProfileReading Read(string text) => ProfileReader.Read(Encoding.UTF8.GetBytes(text));
}
