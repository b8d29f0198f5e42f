using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class ProfileReaderTests
{
    [Fact]
    public void A_profile_for_mqtt_is_read_whole()
    {
        var profile = Good(ProfileTexts.Mqtt);

        Assert.Equal(("camera", 3, WireKind.Mqtt, TimeSpan.FromMinutes(10)), (profile.Id, profile.Revision, profile.Wire, profile.Silence));
        Assert.Equal(new Hash(SHA256.HashData(Encoding.UTF8.GetBytes(ProfileTexts.Mqtt))), profile.Sha256);
        Assert.Equal(("摄像机", "Camera"), (profile.Title["zh-CN"], profile.Title["en"]));
        Assert.Null(profile.Line);
        Assert.Equal(4 << 20, profile.MaximumMessageBytes);

        var capture = profile.Messages[0];
        Assert.Equal(("capture", MessageClass.Evidence, PayloadFormat.Auto), (capture.Name, capture.Class, capture.Format));
        Assert.Equal(("edgegw/v1/{device}/event/{name}", "image/jpeg", "/event/id"), (capture.Topic, capture.MediaType, capture.EventId));
        Assert.Equal(new TimeRule("/capturedAt", "rfc3339", TimeSpan.FromHours(8)), capture.CapturedAt);
        Assert.Equal((4L << 20, TimeSpan.FromDays(7)), (capture.MaximumBytes, capture.RepeatWindow));

        var status = profile.Messages[1];
        Assert.Equal((MessageClass.Telemetry, PayloadFormat.Json, 65536L), (status.Class, status.Format, status.MaximumBytes));
        Assert.Equal(new Dictionary<string, string> { ["battery"] = "/battery", ["firmware"] = "/firmware" }, status.Fields);
        Assert.Null(status.CapturedAt);
    }

    [Fact]
    public void A_profile_for_a_serial_line_is_read_whole()
    {
        var profile = Good(ProfileTexts.Serial);

        Assert.Equal(new SerialLineSettings(19200, 7, SerialParity.Even, 2), profile.Line);
        Assert.Equal(["2011", "2051"], profile.Messages[0].Commands);
        Assert.Equal((PayloadFormat.Hj212, 1036L), (profile.Messages[0].Format, profile.Messages[0].MaximumBytes));
        Assert.Empty(profile.Messages[1].Commands);
        Assert.Equal("realtime", profile.MatchCommand("2051")?.Name);
        Assert.Equal("other", profile.MatchCommand("3020")?.Name);
    }

    [Theory]
    [InlineData("revision: 3", "revision: three", 4, 11, "'three' of key 'revision' must be a whole number from 1 to 1000000")]
    [InlineData("revision: 3", "revision: \"3\"", 4, 11, "must be a whole number")]
    [InlineData("revision: 3", "revision: 0", 4, 11, "must be a whole number")]
    [InlineData("revision: 3", "revision: 03", 4, 11, "must be a whole number")]
    [InlineData("revision: 3", "revision: [3]", 4, 11, "must be a single value")]
    [InlineData("revision: 3", "revision:", 4, 10, "has no value")]
    [InlineData("revision: 3", "revision: 3\nrevision: 4", 5, 1, "key 'revision' stands twice, first in line 4: keep one")]
    [InlineData("revision: 3", "colour: red\nrevision: 3", 4, 1, "key 'colour' is not known in the profile: use one of apiVersion, kind, id")]
    [InlineData("id: camera", "id: Camera", 3, 5, "'Camera' of key 'id' must be")]
    [InlineData("id: camera", "id: 42", 3, 5, "must be text: put it in quotes")]
    [InlineData("id: camera\n", "", 1, 1, "key 'id' is missing in the profile: add it")]
    [InlineData("edgegw/v1\nkind", "edgegw/v2\nkind", 1, 13, "'edgegw/v2' of key 'apiVersion' is not known: use edgegw/v1")]
    [InlineData("kind: DeviceProfile", "kind: Profile", 2, 7, "use DeviceProfile")]
    [InlineData(", en: Camera", "", 5, 8, "key 'en' is missing in 'title'")]
    [InlineData("en: Camera", "en: Camera, fr: Caméra", 5, 34, "key 'fr' is not known in 'title'")]
    [InlineData("wire: mqtt", "wire: http", 6, 7, "'http' of key 'wire' is not known: use mqtt or serial or dock or video or contact")]
    [InlineData("silence: 10m", "silence: 10 minutes", 7, 10, "must be a duration such as 30s")]
    [InlineData("silence: 10m", "silence: 31d", 7, 10, "from 1s to 30d")]
    [InlineData("silence: 10m", "silence: 10m\nline: { baudRate: 9600, dataBits: 8, parity: none, stopBits: 1 }", 8, 7, "key 'line' has no meaning on wire mqtt")]
    [InlineData("name: status", "name: capture", 18, 11, "message 'capture' stands twice")]
    [InlineData("class: evidence", "class: proof", 10, 12, "use evidence or telemetry")]
    [InlineData("edgegw/v1/{device}/status", "edgegw/v1/status", 20, 12, "it needs a level {device}")]
    [InlineData("edgegw/v1/{device}/status", "edgegw/v1/{device}/event/x", 20, 12, "is never reached, since 'edgegw/v1/{device}/event/{name}' before it takes the same messages")]
    [InlineData("format: auto", "format: hj212", 12, 13, "'hj212' of key 'format' is not known: use json or bytes or auto")]
    [InlineData("format: auto", "format: bytes", 15, 14, "key 'eventId' has no meaning for bytes")]
    [InlineData("4 MiB", "4 MB", 13, 18, "must be a size such as")]
    [InlineData("4 MiB", "65 MiB", 13, 18, "of at most 67108864 B")]
    [InlineData("image/jpeg", "image/svg+xml", 14, 16, "'image/svg+xml' of key 'mediaType' is not on the list")]
    [InlineData("/event/id", "event/id", 15, 14, "is not an RFC 6901 pointer")]
    [InlineData("/event/id", "/event~2", 15, 14, "'~' must be written ~0")]
    [InlineData("format: rfc3339", "format: iso", 16, 49, "'iso' of key 'format' is not known")]
    [InlineData("format: rfc3339", "format: unix-ms", 16, 69, "key 'utcOffset' has no meaning")]
    [InlineData(", utcOffset: \"+08:00\"", "", 16, 17, "key 'utcOffset' is missing in 'capturedAt'")]
    [InlineData("+08:00", "+8", 16, 69, "must be an offset such as")]
    [InlineData("repeatWindow: 7d", "repeatWindow: 40d", 17, 19, "must be a duration")]
    [InlineData("    repeatWindow: 7d\n", "", 9, 5, "key 'repeatWindow' is missing in a message")]
    [InlineData("battery: /battery", "colour: /colour", 23, 15, "key 'colour' is not known in 'fields'")]
    [InlineData("fields:", "eventId: /id\n    fields:", 23, 14, "key 'eventId' has no meaning for telemetry")]
    [InlineData("en: Camera", "en: &a Camera", 5, 26, "anchor '&a' is not used")]
    [InlineData("en: Camera", "en: *a", 5, 26, "alias '*a' is not used")]
    [InlineData("en: Camera", "en: !!str Camera", 5, 26, "is not used in profiles")]
    [InlineData("revision: 3", "{ a: b }: 3\nrevision: 3", 4, 1, "a key must be a word")]
    [InlineData("revision: 3", "revision: 3 }", 4, 11, "must be a whole number")]
    [InlineData("wire: mqtt", "wire: [mqtt", 6, 7, "", true)]
    [InlineData("wire: mqtt", "wire: \"mq\\u0007tt\"", 6, 7, "holds a control character")]
    public void A_wrong_line_is_named_with_its_key_and_a_remedy(string from, string to, int line, int column, string message, bool syntax = false)
    {
        var text = Change(ProfileTexts.Mqtt, from, to);
        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(text));

        Assert.Null(reading.Profile);
        if (syntax)
        {
            Assert.Contains("the file can't be read from here on", Assert.Single(reading.Errors).Message, StringComparison.Ordinal);
            return;
        }

        var error = reading.Errors.FirstOrDefault(error => error.Message.Contains(message, StringComparison.Ordinal));
        Assert.True(error is not null, string.Join('\n', reading.Errors));
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("baudRate: 19200", "baudRate: 0", "'0' of key 'baudRate' must be a whole number")]
    [InlineData("parity: even", "parity: mark", "use none or even or odd")]
    [InlineData("line: { baudRate: 19200, dataBits: 7, parity: even, stopBits: 2 }\n", "", "key 'line' is missing in the profile")]
    [InlineData("format: hj212", "format: json", "use hj212")]
    [InlineData("\"2051\"", "2051", "four digits in quotes")]
    [InlineData("\"2051\"", "\"205\"", "four digits in quotes")]
    [InlineData("\"2051\"", "\"2011\"", "command 2011 stands twice")]
    [InlineData("[\"2011\", \"2051\"]", "[]", "must be a list of 1 to 64 items")]
    [InlineData("    commands: [\"2011\", \"2051\"]\n", "", "this message is never reached")]
    [InlineData("pointer: DataTime", "pointer: /DataTime", "must be the name of an HJ 212 field")]
    [InlineData("repeatWindow: 12h", "repeatWindow: 12h\n    topic: a/{device}", "key 'topic' has no meaning on wire serial")]
    [InlineData("repeatWindow: 12h", "repeatWindow: 12h\n    eventId: QN", "where QN, CN and PNO are the identity")]
    [InlineData("repeatWindow: 12h", "repeatWindow: 12h\n    maximumSize: 2 KiB", "of at most 1036 B")]
    [InlineData("repeatWindow: 12h", "repeatWindow: 12h\n    fields: { deviceTime: QN }", "key 'fields' has no meaning for evidence")]
    public void A_wrong_serial_profile_is_refused(string from, string to, string message)
    {
        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(Change(ProfileTexts.Serial, from, to)));

        Assert.Null(reading.Profile);
        Assert.Contains(reading.Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_told_at_once_in_the_order_of_the_file()
    {
        var text = ProfileTexts.Mqtt.Replace("revision: 3", "revision: x").Replace("4 MiB", "much").Replace("class: telemetry", "class: t").Replace("mqtt", "radio");

        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(text));

        Assert.Equal([4, 6, 13, 19], reading.Errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("# nothing\n", "the file is empty")]
    [InlineData("- a\n- b\n", "the profile must be a list of keys and values")]
    [InlineData("just text", "the profile must be a list of keys and values")]
    public void A_file_that_is_no_profile_says_so(string text, string message) =>
        Assert.Contains(ProfileReader.Read(Encoding.UTF8.GetBytes(text)).Errors, error => error.Message.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_second_document_is_refused() => Refused(ProfileTexts.Mqtt + "\n---\na: b\n", "a file holds one profile");

    [Fact]
    public void Directives_are_refused() => Refused("%YAML 1.2\n---\n" + ProfileTexts.Mqtt, "directives are not used");

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_exhaust_the_stack() =>
        Refused(Change(ProfileTexts.Mqtt, "wire: mqtt", "wire: " + new string('[', 100_000) + new string(']', 100_000)), "more than 16 levels");

    [Fact]
    public void A_file_that_is_too_large_or_no_utf8_is_refused()
    {
        Assert.Contains("at most 262144", Assert.Single(ProfileReader.Read(new byte[ProfileReader.MaximumBytes + 1]).Errors).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Single(ProfileReader.Read([0x61, 0xFF]).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_borne() =>
        Assert.NotNull(ProfileReader.Read(Encoding.UTF8.GetBytes("\uFEFF" + ProfileTexts.Mqtt.Replace("\n", "\r\n"))).Profile);

    [Fact]
    public void Damaged_profiles_give_a_profile_or_errors_and_nothing_else() => Fuzz(10_000);

    internal static void Fuzz(int inputs)
    {
        var random = new Random(1041);
        byte[][] originals = [Encoding.UTF8.GetBytes(ProfileTexts.Mqtt), .. Directory.GetFiles(Path.Combine(DocsFolder.Root, "device-profiles"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        for (var round = 0; round < inputs; round++)
        {
            var damaged = (byte[])originals[round % originals.Length].Clone();
            for (var i = random.Next(1, 4); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
            if (round % 3 == 0) damaged = damaged[..random.Next(damaged.Length)];

            var reading = ProfileReader.Read(damaged);

            Assert.Equal(reading.Profile is null, reading.Errors.Count > 0);
        }
    }

    static DeviceProfile Good(string text)
    {
        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.True(reading.Profile is not null, string.Join('\n', reading.Errors));
        return reading.Profile;
    }

    static void Refused(string text, string message)
    {
        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(reading.Profile);
        Assert.Contains(reading.Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    static string Change(string text, string from, string to)
    {
        var position = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(position >= 0, $"the text has no '{from}'");
        return text[..position] + to + text[(position + from.Length)..];
    }
}
