using System.Text;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Hj212;

public sealed class Hj212FrameTests
{
    static readonly MessageRule Rule = new()
    {
        Name = "realtime",
        Class = MessageClass.Evidence,
        Format = PayloadFormat.Hj212,
        MaximumBytes = 2048,
        CapturedAt = new TimeRule("DataTime", "yyyyMMddHHmmss", TimeSpan.FromHours(8)),
        RepeatWindow = TimeSpan.FromDays(7),
    };

    [Theory]
    [MemberData(nameof(Hj212Vectors.Right), MemberType = typeof(Hj212Vectors))]
    public void Every_published_frame_is_read_and_its_values_are_all_there(string text)
    {
        var frame = Parse(text);

        var values = frame.HeaderValues.Concat(frame.Parameters).ToList();
        foreach (var field in text[6..^4].Split(';', ',').Select(field => field.Replace("CP=&&", "").Replace("&&", "")).Where(field => field.Length > 0))
        {
            Assert.Contains(field.StartsWith("PW=", StringComparison.Ordinal) ? "PW=******" : field, values.Select(value => value.ToString()));
        }
    }

    [Fact]
    public void The_official_frame_is_understood()
    {
        var frame = Parse(Hj212Vectors.AppendixA);

        Assert.Equal("20160801085857223", frame.RequestNumber);
        Assert.Equal("32", frame.SystemType);
        Assert.Equal("1062", frame.Command);
        Assert.Equal("010000A8900016F000169DC0", frame.DeviceNumber);
        Assert.Equal(5, frame.Flag);
        Assert.True(frame.WantsAnswer);
        Assert.Equal("30", frame.Parameter("RtdInterval"));
        Assert.Equal("20160801085857223/1062", frame.Identity);
    }

    [Fact]
    public void A_frame_of_2005_without_number_and_flag_has_no_identity_and_gets_no_answer()
    {
        var frame = Parse(Hj212Vectors.WrongCrc);

        Assert.Null(frame.RequestNumber);
        Assert.Null(frame.Identity);
        Assert.Null(frame.Flag);
        Assert.False(frame.WantsAnswer);
        Assert.Null(frame.Answer());
        Assert.Equal("LD130133000015", frame.DeviceNumber);
        Assert.Equal("20160824003817", frame.Parameter("DataTime"));
    }

    [Theory]
    [InlineData(Hj212Vectors.Realtime, Hj212Vectors.DataAnswer)]
    [InlineData(Hj212Vectors.Notice, Hj212Vectors.NoticeAnswer)]
    public void An_answer_is_what_appendix_c_shows(string request, string answer) =>
        Assert.Equal(Hj212Vectors.Bytes(answer), Parse(request).Answer());

    [Theory]
    [InlineData(Hj212Vectors.LowerCaseCrc)]
    [InlineData(Hj212Vectors.DataAnswer)]
    [InlineData(Hj212Vectors.Edition2005)]
    public void What_wants_no_answer_or_is_one_gets_none(string frame) => Assert.Null(Parse(frame).Answer());

    [Fact]
    public void Each_packet_of_a_split_message_has_its_own_identity_and_answer()
    {
        var first = Parse(Hj212Vectors.SplitFirst);
        var second = Parse(Hj212Vectors.SplitSecond);

        Assert.Equal("20160801085857534/2061/1", first.Identity);
        Assert.Equal("20160801085857535/2061/2", second.Identity);
        Assert.Equal("2", second.PacketCount);
        Assert.Contains("QN=20160801085857535;", Encoding.ASCII.GetString(second.Answer()!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QN=1;ST=31;MN=A;Flag=5;CP=&&&&", "it has no CN")]
    [InlineData("QN=1;ST=31;CN=2011;Flag=5;CP=&&&&", "it has no MN")]
    [InlineData("CN=2011;MN=;CP=&&&&", "it has no MN")]
    [InlineData("CN=2011;MN=A;MN=B;CP=&&&&", "a field stands twice")]
    [InlineData("CN=2011;MN=A;Flag=256;CP=&&&&", "its Flag is not a number from 0 to 255")]
    [InlineData("CN=2011;MN=A;Flag=+5;CP=&&&&", "its Flag is not a number from 0 to 255")]
    [InlineData("cn=2011;mn=A;CP=&&&&", "it has no CN")]
    [InlineData("", "it has no CN")]
    public void What_can_not_be_read_says_why(string data, string error)
    {
        Assert.False(Hj212Frame.TryParse(Encoding.ASCII.GetBytes(data), out var frame, out var actual));
        Assert.Null(frame);
        Assert.Equal(error, actual);
    }

    [Fact]
    public void A_field_longer_than_any_device_writes_is_not_read() =>
        Assert.False(Hj212Frame.TryParse(Encoding.ASCII.GetBytes($"CN=2011;MN={new string('A', 65)};CP=&&&&"), out _, out _));

    [Theory]
    [InlineData("CN=2011;MN=A")]
    [InlineData("CN=2011;MN=A;CP=&&")]
    [InlineData("CN=2011;MN=A;CP=&&X=1")]
    [InlineData("MN=A;;CN=2011;Extra=1;Bare;CP=&&X=1;;Y&&")]
    public void Small_departures_from_the_standard_are_borne(string data) =>
        Assert.True(Hj212Frame.TryParse(Encoding.ASCII.GetBytes(data), out _, out _));

    [Fact]
    public void An_answer_repeats_bytes_that_are_no_utf8_as_they_came()
    {
        byte[] data = [.. "QN=1;CN=2011;MN="u8, 0xB1, 0xFF, .. ";Flag=5;CP=&&&&"u8];
        Assert.True(Hj212Frame.TryParse(data, out var frame, out _));

        Assert.True(frame.Answer().AsSpan().IndexOf((ReadOnlySpan<byte>)[0xB1, 0xFF]) > 0);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("中文")]
    public void An_answer_repeats_utf8_as_it_came(string number)
    {
        Assert.True(Hj212Frame.TryParse(Encoding.UTF8.GetBytes($"QN=1;CN=2011;MN={number};Flag=5;CP=&&&&"), out var frame, out _));

        Assert.True(frame.Answer().AsSpan().IndexOf(Encoding.UTF8.GetBytes($"MN={number};")) > 0);
    }

    [Fact]
    public void The_password_is_in_no_form_that_is_shown()
    {
        var bytes = Hj212Frame.Encode("QN=1;ST=31;CN=1072;PW=s3cret;MN=A;Flag=5;CP=&&NewPW=0ther,X=1&&"u8);
        Assert.True(Hj212Frame.TryParse(Hj212Framer.Data(bytes).Span, out var frame, out _));
        var view = Hj212View.Read(bytes);

        string[] shown =
        [
            frame.ToString(), .. frame.HeaderValues.Select(value => value.ToString()), .. frame.Parameters.Select(value => value.ToString()),
            view.Text, .. view.Values.Select(value => value.ToString()), new Hj212Value("PW", "s3cret").ToString(),
            frame.Header("PW") ?? "", frame.Parameter("NewPW") ?? "", Hj212Value.MaskIn("junk;pw=s3cret;PW=0ther"),
        ];

        Assert.All(shown, text => Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal));
        Assert.All(shown, text => Assert.DoesNotContain("0ther", text, StringComparison.Ordinal));
        Assert.Contains(new Hj212Value("PW", "******"), view.Values);
        Assert.Contains("MN=A;", view.Text, StringComparison.Ordinal);
        Assert.True(view.CrcIsRight);
    }

    [Fact]
    public void A_view_of_something_else_says_that_it_is_no_frame()
    {
        var view = Hj212View.Read("hello PW=1;"u8.ToArray());

        Assert.NotNull(view.Error);
        Assert.Empty(view.Values);
        Assert.Equal("hello PW=******;", view.Text);
    }

    [Fact]
    public void A_view_of_a_wrong_checksum_says_so_and_shows_the_values()
    {
        var view = Hj212View.Read(Hj212Vectors.Bytes(Hj212Vectors.WrongCrc));

        Assert.False(view.CrcIsRight);
        Assert.Contains(new Hj212Value("B01-Rtd", "36.91"), view.Values);
    }

    [Fact]
    public void Time_is_kept_as_given_and_read_at_the_profiles_offset()
    {
        var read = Hj212Interpretation.Read(Rule, Parse(Hj212Vectors.Realtime));

        Assert.Equal(ParseVerdict.Ok, read.Verdict);
        Assert.Equal("20160801085857223/2011", read.EventId);
        Assert.Equal("20160801085857", read.CapturedAt);
        Assert.Equal(new DateTimeOffset(2016, 8, 1, 0, 58, 57, TimeSpan.Zero), read.CapturedAtUtc);
    }

    [Fact]
    public void Fields_are_found_in_the_parameters_and_in_the_header_but_not_the_password()
    {
        var rule = Rule with
        {
            Class = MessageClass.Telemetry,
            Fields = new Dictionary<string, string> { ["deviceTime"] = "QN", ["state"] = "LA-Rtd", ["error"] = "PW", ["firmware"] = "none" },
        };

        var read = Hj212Interpretation.Read(rule, Hj212Vectors.Bytes(Hj212Vectors.Realtime));

        Assert.Equal(new Dictionary<string, string> { ["deviceTime"] = "20160801085857223", ["state"] = "50.1" }, read.Fields);
    }

    [Fact]
    public void A_time_longer_than_any_clock_writes_is_a_failed_reading_and_not_cut()
    {
        var bytes = Hj212Frame.Encode(Encoding.ASCII.GetBytes($"QN=1;CN=2011;MN=A;CP=&&DataTime={new string('1', 65)}&&"));

        var read = Hj212Interpretation.Read(Rule, bytes);

        Assert.Equal(ParseVerdict.Failed, read.Verdict);
        Assert.Null(read.CapturedAt);
        Assert.Equal("1/2011", read.EventId);
    }

    [Fact]
    public void Bytes_that_are_no_frame_fail_to_be_read() =>
        Assert.Equal(ParseVerdict.Failed, Hj212Interpretation.Read(Rule, "##"u8.ToArray()).Verdict);

    static Hj212Frame Parse(string text)
    {
        Assert.True(Hj212Frame.TryParse(Encoding.Latin1.GetBytes(text[6..^4]), out var frame, out var error), error);
        return frame;
    }
}
