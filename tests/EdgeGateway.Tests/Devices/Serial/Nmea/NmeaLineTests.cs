using System.Text;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Nmea;

/// <summary>A receiver on a line: what is sealed, what is counted, and what the clock is told.</summary>
public sealed class NmeaLineTests
{
    // Silence is not what these tests are about, and minutes pass in them at once.
    static readonly DeviceProfile Profile = ProfileReader.Read(Encoding.UTF8.GetBytes(ProfileTexts.Nmea)).Profile! with { Silence = TimeSpan.FromDays(30) };
    static readonly DateTimeOffset At = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);

    readonly SerialTestPorts _ports = new();
    readonly SerialTestDirectory _directory = new(SerialTestDirectory.Analyser("receiver-1", profile: Profile));

    [Fact]
    public async Task One_sentence_of_a_type_a_minute_is_sealed_as_it_came_and_the_others_are_counted()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(NmeaText.Rmc(At), NmeaText.Zda(At), NmeaText.Rmc(At.AddSeconds(1)), NmeaText.Zda(At.AddSeconds(1)));
        var first = (await wire.Sealer.NextAsync()).Arrival!;
        var second = (await wire.Sealer.NextAsync()).Arrival!;
        var counted = await wire.Sealer.ObservedAsync();

        Assert.Equal(NmeaText.Rmc(At), first.Payload.ToArray());
        Assert.Equal(NmeaText.Zda(At), second.Payload.ToArray());
        Assert.All([first, second], arrival => Assert.Equal(("time", At), (arrival.Message.Name, arrival.Interpretation.CapturedAtUtc)));
        Assert.Equal(("heard", "valid", "29.830000"), (counted.Message.Name, counted.Interpretation.Fields["state"], counted.Interpretation.Fields["latitude"]));
        Assert.Equal("2026-11-22T05:00:01.000Z", (await wire.Sealer.ObservedAsync()).Interpretation.Fields["deviceTime"]);

        wire.Time.Advance(TimeSpan.FromSeconds(60));
        await port.SendAsync(NmeaText.Rmc(At.AddSeconds(60)));
        Assert.Equal(NmeaText.Rmc(At.AddSeconds(60)), (await wire.Sealer.NextAsync()).Arrival!.Payload.ToArray());
    }

    [Fact]
    public async Task A_fix_that_is_lost_or_won_is_sealed_at_once_and_without_one_there_is_no_time()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(NmeaText.Rmc(At), NmeaText.Rmc(At.AddSeconds(1), "V", mode: "N"), NmeaText.Zda(At.AddSeconds(1)), NmeaText.Rmc(At.AddSeconds(2), "V", mode: "N"), NmeaText.Rmc(At.AddSeconds(3)));

        Assert.Equal(At, (await wire.Sealer.NextAsync()).Arrival!.Interpretation.CapturedAtUtc);
        foreach (var lost in (byte[][])[NmeaText.Rmc(At.AddSeconds(1), "V", mode: "N"), NmeaText.Zda(At.AddSeconds(1))])
        {
            var arrival = (await wire.Sealer.NextAsync()).Arrival!;
            Assert.Equal(lost, arrival.Payload.ToArray());
            Assert.Null(arrival.Interpretation.CapturedAt);
        }

        Assert.Equal(At.AddSeconds(3), (await wire.Sealer.NextAsync()).Arrival!.Interpretation.CapturedAtUtc);
        Assert.Equal("void", (await wire.Sealer.ObservedAsync()).Interpretation.Fields["state"]);
        Assert.Equal([At, null, null, At.AddSeconds(3)], wire.Sealer.Gnss.All);
    }

    [Fact]
    public async Task A_date_alone_counts_for_five_seconds_after_a_fix_only()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();

        await port.SendAsync(NmeaText.Zda(At), NmeaText.Gga(At), NmeaText.Zda(At));
        await wire.Sealer.NextAsync();
        await wire.Sealer.NextAsync();
        await wire.Sealer.ObservedAsync();
        Assert.Equal([At], wire.Sealer.Gnss.All);

        wire.Time.Advance(TimeSpan.FromSeconds(6));
        await port.SendAsync(NmeaText.Zda(At.AddSeconds(6)));
        await wire.Sealer.ObservedAsync();
        Assert.Equal([At], wire.Sealer.Gnss.All);
    }

    [Fact]
    public async Task A_receivers_rate_is_found_by_trying_and_silence_is_no_reason_to_try_another()
    {
        var profile = Profile with { Line = Profile.Line! with { BaudRate = SerialLineSettings.AnyRate } };
        _directory.Replace(SerialTestDirectory.Analyser("receiver-1", profile: profile));
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();
        var rates = new List<int> { port.Settings.BaudRate };
        while (rates.Count < 3)
        {
            // What a wrong rate makes of sentences; it is sealed as line trouble, which the test lets pass.
            await port.SendAsync([0x8F, 0x00, 0xF8]);
            await wire.PassTimeUntilAsync(wire.Sealer.NextAsync());
            port = await wire.PassTimeUntilAsync(_ports.OpenedAsync());
            rates.Add(port.Settings.BaudRate);
        }

        Assert.Equal([9600, 4800, 38400], rates);
        wire.Time.Advance(TimeSpan.FromMinutes(1));
        await port.SendAsync(NmeaText.Rmc(At));
        Assert.NotNull((await wire.Sealer.NextAsync()).Arrival);
        wire.Time.Advance(TimeSpan.FromMinutes(1));
        await port.SendAsync(NmeaText.Rmc(At.AddMinutes(1)));
        Assert.NotNull((await wire.Sealer.NextAsync()).Arrival);

        // The rate stays when the port fails, and is opened anew.
        port.Die();
        Assert.Equal(38400, (await wire.PassTimeUntilAsync(_ports.OpenedAsync())).Settings.BaudRate);
    }

    [Fact]
    public async Task A_wrong_checksum_is_line_trouble_and_nothing_in_it_is_believed()
    {
        await using var wire = await SerialTestWire.StartAsync(_directory, _ports);
        var port = await _ports.OpenedAsync();
        var wrong = NmeaText.Rmc(At);
        wrong[^3] ^= 1;

        await port.SendAsync(wrong);

        Assert.Equal(RefusalReason.CrcMismatch, (await wire.Sealer.NextAsync()).Refusal!.Reason);
        Assert.Empty(wire.Sealer.Gnss.All);
    }
}
