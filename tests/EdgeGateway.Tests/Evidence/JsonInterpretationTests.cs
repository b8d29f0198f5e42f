using System.Text;
using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Evidence;

public sealed class JsonInterpretationTests
{
    const string Capture = """
        {"device":{"id":7,"tags":["a","b",{"c":1}]},"eventId":"E-1","capturedAt":"2026-11-22T13:06:07.123+08:00","battery":81.50,"on":true,"none":null,"empty":""}
        """;

    [Fact]
    public void What_the_rule_asks_for_is_found()
    {
        var read = Read(Rule(eventId: "/eventId", capturedAt: "/capturedAt"), Capture);

        Assert.Equal(ParseVerdict.Ok, read.Verdict);
        Assert.Equal("E-1", read.EventId);
        Assert.Equal("2026-11-22T13:06:07.123+08:00", read.CapturedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 5, 6, 7, 123, TimeSpan.Zero), read.CapturedAtUtc);
        Assert.Empty(read.Fields);
    }

    [Theory]
    [InlineData("/device/id", "7")]
    [InlineData("/device/tags/1", "b")]
    [InlineData("/device/tags/2/c", "1")]
    [InlineData("/battery", "81.50")]
    [InlineData("/on", "true")]
    [InlineData("/none", null)]
    [InlineData("/empty", null)]
    [InlineData("/missing", null)]
    [InlineData("/device/tags/3", null)]
    [InlineData("/device/tags/01", null)]
    [InlineData("/device/tags/-", null)]
    [InlineData("/eventId/0", null)]
    public void A_field_is_given_as_the_device_wrote_it_or_is_absent(string pointer, string? value)
    {
        var read = Read(Rule(fields: pointer), Capture);

        Assert.Equal(ParseVerdict.Ok, read.Verdict);
        Assert.Equal(value, read.Fields.GetValueOrDefault("state"));
    }

    [Theory]
    [InlineData("""{"a/b":1}""", "/a~1b")]
    [InlineData("""{"m~n":1}""", "/m~0n")]
    [InlineData("""{"~1":1}""", "/~01")]
    [InlineData("""{"":1}""", "/")]
    [InlineData("""{"a":{"":1}}""", "/a/")]
    [InlineData("""{"\u0061":1}""", "/a")]
    [InlineData("""{"时间":1}""", "/时间")]
    [InlineData("""{"0":1}""", "/0")]
    [InlineData("""{"a":[{"b":[0,1]}]}""", "/a/0/b/1")]
    [InlineData("""{"x":[{"a":2}],"a":1}""", "/a")]
    public void Pointers_follow_rfc_6901(string json, string pointer) =>
        Assert.Equal("1", Read(Rule(fields: pointer), json).Fields["state"]);

    [Fact]
    public void One_place_can_serve_several_ends()
    {
        var rule = Rule(eventId: "/a", capturedAt: "/a", fields: "/a");

        var read = Read(rule, """{"a":"2026-11-22T05:06:07Z"}""");

        Assert.Equal((read.EventId, read.CapturedAt), (read.Fields["state"], read.EventId));
        Assert.NotNull(read.CapturedAtUtc);
    }

    [Fact]
    public void A_place_and_one_inside_it_can_both_be_asked_for()
    {
        var rule = Rule(eventId: "/a", fields: "/a/b");

        Assert.Equal("1", Read(rule, """{"a":{"b":1}}""").Fields["state"]);
        Assert.Equal("x", Read(rule, """{"a":"x"}""").EventId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{} {}")]
    [InlineData("[]")]
    [InlineData("[{}]")]
    [InlineData("42")]
    [InlineData("\"text\"")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 /* no */}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":\"\n\"}")]
    public void What_is_not_one_json_object_fails_for_json_and_is_bytes_for_auto(string payload)
    {
        Assert.Equal(ParseVerdict.Failed, Read(Rule(eventId: "/a"), payload).Verdict);
        Assert.Equal(ParseVerdict.None, Read(Rule(eventId: "/a") with { Format = PayloadFormat.Auto }, payload).Verdict);
        Assert.Equal(ParseVerdict.None, Read(Rule(eventId: "/a") with { Format = PayloadFormat.Bytes }, payload).Verdict);
    }

    [Fact]
    public void Bytes_and_frames_are_not_read_into()
    {
        Assert.Same(Interpretation.None, Read(Rule(eventId: "/eventId") with { Format = PayloadFormat.Bytes }, Capture));
        Assert.Same(Interpretation.None, Read(Rule(eventId: "/eventId") with { Format = PayloadFormat.Hj212 }, Capture));
        Assert.Equal("E-1", Read(Rule(eventId: "/eventId") with { Format = PayloadFormat.Auto }, Capture).EventId);
    }

    [Fact]
    public void A_picture_is_no_json() =>
        Assert.Equal(ParseVerdict.None, JsonInterpretation.Read(Rule(eventId: "/a") with { Format = PayloadFormat.Auto }, [0xFF, 0xD8, 0xFF, 0xE0]).Verdict);

    [Fact]
    public void A_byte_order_mark_is_passed_over() => Assert.Equal("1", Read(Rule(eventId: "/a"), "\uFEFF{\"a\":1}").EventId);

    [Fact]
    public void Bytes_that_are_no_utf8_fail() =>
        Assert.Equal(ParseVerdict.Failed, JsonInterpretation.Read(Rule(eventId: "/a"), [.. "{\"b\":\""u8, 0xFF, .. "\"}"u8]).Verdict);

    [Theory]
    [InlineData("""{"a":"1","a":"2"}""")]
    [InlineData("""{"a":"1","\u0061":"1"}""")]
    [InlineData("""{"a":"1","a":null}""")]
    public void A_value_that_stands_twice_is_not_taken(string payload)
    {
        var read = Read(Rule(eventId: "/a"), payload);

        Assert.Equal(ParseVerdict.Failed, read.Verdict);
        Assert.Null(read.EventId);
    }

    [Fact]
    public void What_leads_to_a_value_twice_is_ambiguous_too() =>
        Assert.Equal(ParseVerdict.Failed, Read(Rule(eventId: "/a/b"), """{"a":{"b":1},"a":2}""").Verdict);

    [Fact]
    public void Names_that_nobody_asks_for_may_stand_twice() =>
        Assert.Equal("1", Read(Rule(eventId: "/a"), """{"x":1,"a":1,"x":2,"y":{"a":3}}""").EventId);

    [Theory]
    [InlineData("""{"a":{},"t":"x","s":"ok"}""")]
    [InlineData("""{"a":[1],"t":"x","s":"ok"}""")]
    [InlineData("""{"a":"\ud800","t":"x","s":"ok"}""")]
    public void A_value_that_is_no_short_scalar_fails_and_the_others_are_kept(string payload)
    {
        var read = Read(Rule(eventId: "/a", capturedAt: "/t", fields: "/s"), payload);

        Assert.Equal(ParseVerdict.Failed, read.Verdict);
        Assert.Null(read.EventId);
        Assert.Equal(("x", "ok"), (read.CapturedAt, read.Fields["state"]));
        Assert.Null(read.CapturedAtUtc);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00x")]
    public void A_name_that_is_no_unicode_text_is_passed_over(string name) =>
        Assert.Equal("1", Read(Rule(eventId: "/a"), $$"""{"{{name}}":0,"a":1}""").EventId);

    [Fact]
    public void Values_are_bounded_and_never_cut()
    {
        Assert.Equal(256, Read(Rule(eventId: "/a"), Json(new string('中', 256))).EventId!.Length);
        Assert.Equal((ParseVerdict.Failed, null), Verdict(Read(Rule(eventId: "/a"), Json(new string('x', 257)))));
        Assert.Equal((ParseVerdict.Failed, null), Verdict(Read(Rule(eventId: "/a"), $$"""{"a":{{new string('1', 257)}}}""")));
        Assert.Equal((ParseVerdict.Failed, null), Verdict(Read(Rule(eventId: "/a"), Json(new string('x', 1_000_000)))));
        Assert.Equal(64, Read(Rule(capturedAt: "/a"), Json(new string('x', 64))).CapturedAt!.Length);
        Assert.Null(Read(Rule(capturedAt: "/a"), Json(new string('x', 65))).CapturedAt);

        static (ParseVerdict, string?) Verdict(Interpretation read) => (read.Verdict, read.EventId);
    }

    [Fact]
    public void Escapes_count_as_the_characters_they_stand_for()
    {
        var escaped = string.Concat(Enumerable.Repeat("\\u4e2d", 256));

        Assert.Equal(new string('中', 256), Read(Rule(eventId: "/a"), $$"""{"a":"{{escaped}}"}""").EventId);
    }

    [Theory]
    [InlineData(JsonInterpretation.MaximumDepth, ParseVerdict.Ok)]
    [InlineData(JsonInterpretation.MaximumDepth + 1, ParseVerdict.Failed)]
    [InlineData(100_000, ParseVerdict.Failed)]
    public void Depth_is_bounded(int depth, ParseVerdict verdict)
    {
        var arrays = depth - 1;

        Assert.Equal(verdict, Read(Rule(eventId: "/a"), $$"""{"x":{{new string('[', arrays)}}{{new string(']', arrays)}}}""").Verdict);
    }

    [Fact]
    public void A_message_cut_anywhere_fails_and_gives_nothing()
    {
        var rule = Rule(eventId: "/eventId", capturedAt: "/capturedAt", fields: "/battery");
        var bytes = Encoding.UTF8.GetBytes(Capture.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            var read = JsonInterpretation.Read(rule, bytes.AsSpan(0, length));

            Assert.Equal((ParseVerdict.Failed, null, null, 0), (read.Verdict, read.EventId, read.CapturedAt, read.Fields.Count));
        }
    }

    [Fact]
    public void Whatever_comes_it_is_read_as_a_full_parser_reads_it() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(8259);
        var rule = Rule(eventId: "/eventId", capturedAt: "/capturedAt", fields: "/device/tags/1");
        var original = Encoding.UTF8.GetBytes(Capture);
        for (var round = 0; round < inputs; round++)
        {
            var damaged = (byte[])original.Clone();
            for (var i = random.Next(1, 4); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            var read = JsonInterpretation.Read(rule, damaged);

            if (read.Verdict == ParseVerdict.Ok) Assert.Equal(ByDocument(damaged, "eventId"), read.EventId);
        }
    }

    [Fact]
    public void Reading_into_a_large_payload_allocates_only_what_is_found()
    {
        var rule = Rule(eventId: "/id");
        var payload = Encoding.UTF8.GetBytes($$"""{"rows":[{{string.Join(',', Enumerable.Repeat("""{"a":1,"b":"text"}""", 20_000))}}],"id":"E-1"}""");
        JsonInterpretation.Read(rule, payload);

        // A collection that another test causes meanwhile counts as a few kilobytes: the least of several says what it needs.
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal("E-1", JsonInterpretation.Read(rule, payload).EventId);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, 1024);
    }

    [Fact]
    public void A_rule_with_a_wrong_pointer_can_not_be_used() =>
        Assert.Throws<FormatException>(() => Read(Rule(eventId: "eventId"), Capture));

    static string? ByDocument(byte[] json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
    }

    static string Json(string value) => $$"""{"a":"{{value}}"}""";

    static Interpretation Read(MessageRule rule, string payload) => JsonInterpretation.Read(rule, Encoding.UTF8.GetBytes(payload));

    static MessageRule Rule(string? eventId = null, string? capturedAt = null, string? fields = null) => new()
    {
        Name = "test",
        Class = MessageClass.Evidence,
        Format = PayloadFormat.Json,
        MaximumBytes = 1 << 20,
        RepeatWindow = TimeSpan.FromDays(7),
        EventId = eventId,
        CapturedAt = capturedAt is null ? null : new TimeRule(capturedAt, TimeFormat.Rfc3339, TimeSpan.FromHours(8)),
        Fields = fields is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["state"] = fields },
    };
}
