using EdgeGateway.Simulators.Devices;
using EdgeGateway.Simulators.Mqtt;
using EdgeGateway.Simulators.Transcripts;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Simulators.Mqtt;

public class MqttSessionAgainstMosquittoTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    public async Task Everything_is_acknowledged_through_faults_and_a_killed_broker(int level, int qos)
    {
        using var broker = await SimMosquitto.StartAsync();
        var transcript = new SimTranscript();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var session = new MqttSession(SimSome.SessionOptions(broker.Port, (MqttVersion)level, window: 20), transcript, TimeProvider.System);
        var running = session.RunAsync(stop.Token);
        for (var n = 1L; n <= 600; n++)
        {
            Fault? fault = n switch
            {
                100 => new Fault(FaultKind.LostConnection),
                200 => new Fault(FaultKind.HalfFrame),
                300 => new Fault(FaultKind.Reconnect),
                _ => null,
            };
            await session.PublishAsync(SimSome.Message(n, (byte)qos), isCopy: false, fault, stop.Token);
            if (n != 400) continue;
            broker.Kill();
            await broker.StartAgainAsync();
        }

        Assert.False(stop.IsCancellationRequested, session.Problem);
        await session.DrainAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, session.InFlight);
        Assert.Equal(0, session.Violations);
        Assert.Equal(600, transcript.Entries.Where(entry => entry.Event == TranscriptEvent.Acknowledged).Select(entry => entry.N).Distinct().Count());
        Assert.InRange(session.Connects, 4, 100);
        await stop.CancelAsync();
        await running;
    }
}
