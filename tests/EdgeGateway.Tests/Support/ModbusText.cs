using System.Text;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Serial.Generic;
using EdgeGateway.Profiles;

namespace EdgeGateway.Tests.Support;

/// <summary>Profiles for Modbus, and answers of slaves, by hand.</summary>
static class ModbusText
{
    public const string Profile = """
        apiVersion: edgegw/v1
        kind: DeviceProfile
        id: meter
        revision: 1
        title: { zh-CN: 噪声计, en: Meter }
        wire: serial
        line: { baudRate: 9600, dataBits: 8, parity: none, stopBits: 1 }
        framing: { type: modbus-rtu, timeout: 2s, retries: 1, pause: 10ms }
        silence: 30d
        messages:
          - name: level
            class: evidence
            format: modbus
            poll: { function: 3, address: 107, count: 3, every: 10s }
            points:
              - { name: level, address: 107, type: uint16, scale: 0.1, unit: dB }
              - { name: total, address: 108, type: uint32, order: cdab }
          - name: status
            class: telemetry
            format: modbus
            poll: { function: 2, address: 0, count: 10, every: 60s }
            points:
              - { name: fault, address: 9, type: bit }
            fields: { state: fault }

        """;

    /// <summary>Only what is evidence, so that a test hears of nothing else.</summary>
    public static DeviceProfile Level { get; } = ProfileReader.Read(Encoding.UTF8.GetBytes(Profile[..Profile.IndexOf("  - name: status", StringComparison.Ordinal)])).Profile!;

    public static Device Meter(int unit, DeviceProfile? profile = null, string line = SerialTestDirectory.Line) =>
        SerialTestDirectory.Analyser($"meter-{unit}", line: line, profile: profile ?? Level) with { Mn = null, Unit = unit };

    /// <summary>With its checksum.</summary>
    public static byte[] Frame(params byte[] bytes)
    {
        var crc = Checksums.Crc16Modbus(bytes);
        return [.. bytes, (byte)(crc & 0xFF), (byte)(crc >> 8)];
    }

    /// <summary>Three registers.</summary>
    public static byte[] Answer(int unit, int level = 0x022B) => Frame((byte)unit, 3, 6, (byte)(level >> 8), (byte)(level & 0xFF), 0, 0, 0, 0x64);
}
