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

    public const string Delimited = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: weighbridge
        revision: 1
        title: { zh-CN: 地磅, en: Weighbridge }
        wire: serial
        line: { baudRate: 9600, dataBits: 8, parity: none, stopBits: 1 }
        framing: { type: delimiter, start: "02", end: "0d0a", maximumFrame: 256 B }
        silence: 10m
        messages:
          - name: weight
            class: evidence
            begins: "0257"
            format: bytes
            maximumSize: 64 B
            mediaType: text/plain
            repeatWindow: 1h
          - name: alive
            class: telemetry
            format: json
            fields: { deviceTime: /t }
        """;

    public const string Measured = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: axle-counter
        revision: 1
        title: { zh-CN: 轴数检测器, en: Axle counter }
        wire: serial
        line: { baudRate: 9600, dataBits: 8, parity: none, stopBits: 1 }
        framing: { type: length, start: "AA55", lengthAt: 2, lengthBytes: 2, lengthOrder: little, lengthAdds: 6, checksum: crc16-modbus, maximumFrame: 1 KiB }
        silence: 10m
        messages:
          - name: any
            class: evidence
            format: bytes
            repeatWindow: 1h
        """;

    public const string Nmea = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: receiver
        revision: 1
        title: { zh-CN: 接收机, en: Receiver }
        wire: serial
        line: { baudRate: 9600, dataBits: 8, parity: none, stopBits: 1 }
        framing: { type: nmea }
        silence: 10s
        messages:
          - name: time
            class: evidence
            format: nmea
            sentences: [RMC, GGA, ZDA]
            sampleEvery: 60s
            capturedAt: { pointer: time, format: rfc3339, utcOffset: "+00:00" }
            repeatWindow: 1m
          - name: heard
            class: telemetry
            format: nmea
            fields: { deviceTime: time, state: fix, latitude: latitude }
        """;
}
