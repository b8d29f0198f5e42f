using EdgeGateway.Tests.Capture;
using EdgeGateway.Tests.Devices.Mqtt;
using EdgeGateway.Tests.Devices.Serial.Generic;
using EdgeGateway.Tests.Devices.Serial.Hj212;
using EdgeGateway.Tests.Devices.Serial.Modbus;
using EdgeGateway.Tests.Devices.Serial.Nmea;
using EdgeGateway.Tests.Docks;
using EdgeGateway.Tests.EndToEnd;
using EdgeGateway.Tests.Evidence;
using EdgeGateway.Tests.Profiles;
using EdgeGateway.Tests.Uploads;
using EdgeGateway.Tests.Video;

namespace EdgeGateway.Tests.Fuzz;

/// <summary>What the default suite does with ten thousand inputs a decoder, with a million: no crash, no hang, and no memory that is kept. Alone, since what other tests hold would count.</summary>
[Collection(AloneCollection.Name)]
public sealed class DeepFuzzTests
{
    const int Inputs = 1_000_000;

    // Sixteen bytes kept of each input would show.
    const long MostKept = 16_000_000;

    static readonly Dictionary<string, Action<int>> Decoders = new()
    {
        ["MQTT framing"] = PacketFramerTests.Fuzz,
        ["MQTT PUBLISH"] = PublishPacketTests.Fuzz,
        ["MQTT control packets"] = ControlPacketsTests.Fuzz,
        ["HJ 212 framing"] = Hj212FramerTests.Fuzz,
        ["HJ 212 packets"] = Hj212PacketsTests.Fuzz,
        ["NMEA 0183"] = NmeaSentenceTests.Fuzz,
        ["Modbus RTU"] = ModbusExchangeTests.Fuzz,
        ["framing by delimiters"] = DelimiterFramerTests.Fuzz,
        ["framing by length"] = LengthFramerTests.Fuzz,
        ["JSON messages"] = JsonInterpretationTests.Fuzz,
        ["upload manifests"] = ManifestReaderTests.Fuzz,
        ["captures"] = CaptureReplayTests.Fuzz,
        ["dock names"] = FilePatternTests.Fuzz,
        ["RTSP"] = RtspGuardTests.Fuzz,
        ["YAML profiles"] = ProfileReaderTests.Fuzz,
    };

    public static TheoryData<string> Names => [.. Decoders.Keys];

    [Theory, Trait("Speed", "Slow")]
    [MemberData(nameof(Names))]
    public void A_million_inputs_do_no_harm_and_leave_no_memory_behind(string decoder)
    {
        Decoders[decoder](1000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Decoders[decoder](Inputs);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostKept);
    }
}
