using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Profiles;

/// <summary>The worked example of docs/device-profiles.md does what the page says.</summary>
public sealed class ProfileGuideTests
{
    const string Example = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: acme-parking
        revision: 1
        title:
          zh-CN: 违停抓拍摄像机（Acme）
          en: Parking camera (Acme)
        wire: mqtt
        silence: 5m
        messages:
          - name: violation
            class: evidence
            topic: acme/{device}/parking/{kind}
            format: json
            maximumSize: 2 MiB
            eventId: /uid
            capturedAt: { pointer: /when/local, format: "yyyy-MM-dd HH:mm:ss", utcOffset: "+08:00" }
            repeatWindow: 7d
          - name: alive
            class: telemetry
            topic: acme/{device}/alive
            format: json
            maximumSize: 4 KiB
            capturedAt: { pointer: /t, format: unix-ms }
            fields: { deviceTime: /t, firmware: /fw, error: /err }
        """;

    [Fact]
    public void The_example_reads_its_messages()
    {
        var reading = ProfileReader.Read(Encoding.UTF8.GetBytes(Example));
        Assert.Empty(reading.Errors);
        Assert.True(ProfileSchema.Load().Allows(Example));
        var profile = reading.Profile!;

        var violation = Read(profile, "acme/cam-1/parking/kerb", """{"uid": "7f3a", "when": {"local": "2026-11-22 13:06:07"}, "plate": "…", "picture": "…"}""");
        Assert.Equal(("7f3a", "2026-11-22 13:06:07"), (violation.EventId, violation.CapturedAt));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 5, 6, 7, TimeSpan.Zero), violation.CapturedAtUtc);

        var alive = Read(profile, "acme/cam-1/alive", """{"t": 1795323967123, "fw": "2.4.1", "err": null}""");
        Assert.Equal(new Dictionary<string, string> { ["deviceTime"] = "1795323967123", ["firmware"] = "2.4.1" }, alive.Fields);
        Assert.Equal(violation.CapturedAtUtc?.AddMilliseconds(123), alive.CapturedAtUtc);
    }

    static Interpretation Read(DeviceProfile profile, string topic, string message) =>
        JsonInterpretation.Read(profile.MatchTopic("cam-1", topic)!, Encoding.UTF8.GetBytes(message));
}
