using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

public sealed class ProfileSchemaTests
{
    readonly ProfileSchema _schema = ProfileSchema.Load();

    [Fact]
    public void The_schema_has_the_keys_that_the_reader_has()
    {
        Assert.Equal(ProfileKeys.Profile.Order(), Properties(null));
        Assert.Equal(ProfileKeys.Title.Order(), Properties("title"));
        Assert.Equal(ProfileKeys.Line.Order(), Properties("line"));
        Assert.Equal(ProfileKeys.Framing.Order(), Properties("framing"));
        Assert.Equal(ProfileKeys.Message.Order(), Properties("message"));
        Assert.Equal(ProfileKeys.CapturedAt.Order(), Properties("capturedAt"));
        Assert.Equal(ProfileKeys.Fields.Order(), Properties("fields"));
        Assert.Equal(ProfileKeys.Upload.Order(), Properties("upload"));
        Assert.Equal(ProfileKeys.Dock.Order(), Properties("dock"));
        Assert.Equal(ProfileKeys.Video.Order(), Properties("video"));
        Assert.Equal(ProfileKeys.Contact.Order(), Properties("contact"));
        Assert.Equal(ProfileKeys.Input.Order(), Properties("input"));
        Assert.Equal(ProfileKeys.Poll.Order(), Properties("poll"));
        Assert.Equal(ProfileKeys.Point.Order(), Properties("point"));
    }

    [Fact]
    public void The_schema_has_the_media_types_that_an_entry_can_state()
    {
        var types = _schema.Root["$defs"]!["message"]!["properties"]!["mediaType"]!["enum"]!.AsArray().Select(type => type!.GetValue<string>());

        Assert.Equal(MediaTypes.All.Order(), types.Order());
    }

    [Theory]
    [InlineData("cabinet-contacts")]
    [InlineData("camera-mqtt")]
    [InlineData("camera-rtsp")]
    [InlineData("hj212-serial")]
    [InlineData("nmea-time")]
    [InlineData("recorder-dock-folder")]
    [InlineData("noise-modbus-rtu")]
    [InlineData("recorder-dock-mqtt")]
    public void A_shipped_profile_is_good_for_the_reader_and_the_schema(string id)
    {
        var path = Path.Combine(ProfileSchema.Directory, id + ".yaml");
        var reading = ProfileCatalog.ReadFile(path);

        Assert.Empty(reading.Errors);
        Assert.Equal(id, reading.Profile!.Id);
        Assert.True(_schema.Allows(File.ReadAllText(path)));
    }

    [Fact]
    public void Every_shipped_profile_is_in_the_catalogue()
    {
        var reading = ProfileCatalog.Load(ProfileSchema.Directory);

        Assert.Empty(reading.Errors);
        Assert.Equal(["cabinet-contacts", "camera-mqtt", "camera-rtsp", "hj212-serial", "nmea-time", "noise-modbus-rtu", "recorder-dock-folder", "recorder-dock-mqtt"], reading.Catalog.All.Select(profile => profile.Id));
    }

    [Theory]
    [InlineData("revision: 3", "revision: \"3\"")]
    [InlineData("revision: 3", "revision: 0")]
    [InlineData("revision: 3\n", "")]
    [InlineData("revision: 3", "revision: 3\ncolour: red")]
    [InlineData("id: camera", "id: Camera")]
    [InlineData("id: camera", "id: 42")]
    [InlineData("wire: mqtt", "wire: http")]
    [InlineData("wire: mqtt", "wire: serial")]
    [InlineData("silence: 10m", "silence: 10")]
    [InlineData("class: evidence", "class: proof")]
    [InlineData("format: auto", "format: hj212")]
    [InlineData("format: auto", "format: bytes")]
    [InlineData("4 MiB", "4 MB")]
    [InlineData("image/jpeg", "image/svg+xml")]
    [InlineData("    repeatWindow: 7d\n", "")]
    [InlineData("format: rfc3339", "format: unix-ms")]
    [InlineData(", utcOffset: \"+08:00\"", "")]
    [InlineData("battery: /battery", "colour: /colour")]
    [InlineData("fields:", "eventId: /id\n    fields:")]
    [InlineData("    topic: edgegw/v1/{device}/status\n", "")]
    public void What_the_reader_refuses_the_schema_refuses(string from, string to)
    {
        Assert.True(_schema.Allows(ProfileTexts.Mqtt));
        Assert.True(_schema.Allows(ProfileTexts.Serial));
        Assert.Contains(from, ProfileTexts.Mqtt, StringComparison.Ordinal);
        var text = ProfileTexts.Mqtt.Replace(from, to);

        Assert.False(_schema.Allows(text));
        Assert.Null(ProfileReader.Read(System.Text.Encoding.UTF8.GetBytes(text)).Profile);
    }

    IEnumerable<string> Properties(string? definition)
    {
        var schema = definition is null ? _schema.Root : _schema.Root["$defs"]![definition]!.AsObject();
        return schema["properties"]!.AsObject().Select(property => property.Key).Order();
    }
}
