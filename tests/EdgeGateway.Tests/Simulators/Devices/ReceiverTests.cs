using System.Text;
using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Nmea;
using EdgeGateway.Simulators.Scenarios;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Devices;

public class ReceiverTests
{
    static readonly DateTimeOffset At = new(2026, 1, 5, 8, 0, 1, 500, TimeSpan.FromHours(8));

    [Fact]
    public void Sentences_have_the_time_in_UTC_and_their_checksum()
    {
        Assert.Equal(NmeaText.Rmc(At.ToUniversalTime()), NmeaSentence.Rmc(At));
        Assert.Equal(NmeaText.Gga(At.ToUniversalTime()), NmeaSentence.Gga(At, 12));
        Assert.Equal(NmeaText.Zda(At.ToUniversalTime()), NmeaSentence.Zda(At));
        Assert.StartsWith("$GNZDA,000001.500,05,01,2026,00,00*", Encoding.ASCII.GetString(NmeaSentence.Zda(At)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_receiver_writes_three_sentences_a_second_and_its_clock_may_step()
    {
        var scenario = SimSome.Scenario("""
            scenario: t
            fleets:
              - {kind: gnss, name: gps, profile: p, line: l, faults: [{kind: clockStep, at: 1s, by: -1h}]}
            """);
        var messages = new ReceiverPlan((ReceiverFleet)scenario.Fleets[0], SimSome.Clock, 1).Messages().Take(9).ToList();

        Assert.All(messages, message => Assert.Equal(MessageClass.Telemetry, message.Class));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2], messages.Select(message => (int)message.Due.TotalSeconds));
        Assert.Contains(",000000.000,", Encoding.ASCII.GetString(messages[0].Payload.Span), StringComparison.Ordinal);
        Assert.Contains(",230002.000,", Encoding.ASCII.GetString(messages[8].Payload.Span), StringComparison.Ordinal);
    }
}
