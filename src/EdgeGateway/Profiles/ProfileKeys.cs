namespace EdgeGateway.Profiles;

/// <summary>Every key that a profile can hold; <c>device-profiles/profile.schema.json</c> has the same, and a test compares them.</summary>
static class ProfileKeys
{
    public static readonly string[] Profile = ["apiVersion", "kind", "id", "revision", "title", "wire", "line", "framing", "dock", "video", "contact", "silence", "messages"];
    public static readonly string[] Title = ["zh-CN", "en"];
    public static readonly string[] Line = ["baudRate", "dataBits", "parity", "stopBits", "rs485"];

    public static readonly string[] Framing =
    [
        "type", "start", "end", "lengthAt", "lengthBytes", "lengthOrder", "lengthAdds", "checksum", "maximumFrame", "timeout", "retries", "pause",
    ];

    public static readonly string[] Message =
    [
        "name", "class", "topic", "commands", "sentences", "begins", "format", "maximumSize", "mediaType", "eventId", "capturedAt", "repeatWindow", "fields",
        "case", "officer", "retentionClass", "upload", "sampleEvery", "poll", "points", "file", "counterPer", "input",
    ];

    public static readonly string[] CapturedAt = ["pointer", "format", "utcOffset"];

    public static readonly string[] Upload = ["chunks", "maximumChunk", "maximumSize", "completeWithin"];

    public static readonly string[] Dock = ["settle"];
    public static readonly string[] Video = ["segment"];
    public static readonly string[] Contact = ["chip"];
    public static readonly string[] Input = ["pin", "active", "debounce", "pull"];

    public static readonly string[] Poll = ["function", "address", "count", "every"];

    public static readonly string[] Point = ["name", "address", "type", "order", "scale", "unit"];

    /// <summary>What evidence can say of how it is to be filed.</summary>
    public static readonly string[] Filing = ["case", "officer"];

    /// <summary>What telemetry can tell: the names that observations know.</summary>
    public static readonly string[] Fields =
    [
        "deviceTime", "firmware", "serialNumber", "battery", "storage", "state", "latitude", "longitude", "error",
    ];
}
