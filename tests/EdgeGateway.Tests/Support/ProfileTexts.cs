namespace EdgeGateway.Tests.Support;

/// <summary>Profiles to change a line of.</summary>
static class ProfileTexts
{
    public const string Mqtt = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: camera
        revision: 3
        title: { zh-CN: 摄像机, en: Camera }
        wire: mqtt
        silence: 10m
        messages:
          - name: capture
            class: evidence
            topic: edgegw/v1/{device}/event/{name}
            format: auto
            maximumSize: 4 MiB
            mediaType: image/jpeg
            eventId: /event/id
            capturedAt: { pointer: /capturedAt, format: rfc3339, utcOffset: "+08:00" }
            repeatWindow: 7d
          - name: status
            class: telemetry
            topic: edgegw/v1/{device}/status
            format: json
            maximumSize: 64 KiB
            fields: { battery: /battery, firmware: /firmware }
        """;

    public const string Serial = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: analyser
        revision: 1
        title: { zh-CN: 监测仪, en: Analyser }
        wire: serial
        line: { baudRate: 19200, dataBits: 7, parity: even, stopBits: 2 }
        silence: 90s
        messages:
          - name: realtime
            class: evidence
            format: hj212
            commands: ["2011", "2051"]
            capturedAt: { pointer: DataTime, format: yyyyMMddHHmmss, utcOffset: "+08:00" }
            repeatWindow: 12h
          - name: other
            class: telemetry
            format: hj212
            fields: { deviceTime: QN }
        """;
}
