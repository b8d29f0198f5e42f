using EdgeGateway.Devices;
using EdgeGateway.Devices.Serial.Modbus;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;

namespace EdgeGateway.Tests.Devices.Serial.Modbus;

/// <summary>The wire as the master of a Modbus line; the test is its slaves.</summary>
public sealed class ModbusLineTests
{
    // So that no answer is late only because the clock of a test runs fast.
    static readonly DeviceProfile Patient = ModbusText.Level with { Framing = new ModbusRtuFraming(TimeSpan.FromSeconds(30), 1, TimeSpan.FromMilliseconds(10)) };

    readonly SerialTestPorts _ports = new();

    [Fact]
    public async Task What_is_sealed_is_the_question_and_its_answer()
    {
        await using var bus = await StartAsync(ModbusText.Meter(17));
        var request = await bus.AskedAsync();
        Assert.Equal(ModbusRequest.Of(17, ModbusText.Level.Messages[0].Poll!), request);

        await bus.Port.SendAsync(ModbusText.Answer(17)[..4], ModbusText.Answer(17)[4..]);
        var sealing = await bus.SealedAsync();

        Assert.Equal([.. request, .. ModbusText.Answer(17)], sealing.Arrival!.Payload.ToArray());
        Assert.Equal(("meter-17", "level", ParseVerdict.Ok), (sealing.Arrival.Device.Id.Value, sealing.Arrival.Message.Name, sealing.Arrival.Interpretation.Verdict));
        Assert.Equal(Authentication.Line, sealing.Arrival.Authentication);
        Assert.Null(sealing.Arrival.Interpretation.EventId);
        Assert.Equal(request, await bus.AskedAsync());
    }

    [Fact]
    public async Task Telemetry_is_counted_with_its_points()
    {
        var profile = ProfileReader.Read(System.Text.Encoding.UTF8.GetBytes(ModbusText.Profile)).Profile!;
        await using var bus = await StartAsync(ModbusText.Meter(1, profile));
        await bus.AskedAsync();
        await bus.Port.SendAsync(ModbusText.Answer(1));
        await bus.SealedAsync();
        Assert.Equal(2, (await bus.AskedAsync())[1]);
        await bus.Port.SendAsync(ModbusText.Frame(1, 2, 2, 0, 2));

        var observed = await bus.Wire.PassTimeUntilAsync(bus.Wire.Sealer.ObservedAsync());
        Assert.Equal(("status", "1"), (observed.Message.Name, observed.Interpretation.Fields["state"]));
    }

    [Fact]
    public async Task One_dead_slave_of_three_does_not_stall_the_bus_and_is_there_again_when_it_answers()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1), ModbusText.Meter(2), ModbusText.Meter(3));
        await bus.AnswerAsync(30, unit => true);
        var (asked, began) = (new int[4], bus.Wire.Time.GetUtcNow());
        await bus.AnswerAsync(60, unit =>
        {
            asked[unit]++;
            return unit != 2;
        });

        // Asked three times at once, then after 2, 4, 8, 16, 32 and 60 s.
        var minutes = (bus.Wire.Time.GetUtcNow() - began).TotalMinutes;
        Assert.InRange(asked[2], 1, 8 + minutes);

        // How often in a minute depends here on how fast the test lets it pass; that both have the same does not.
        Assert.InRange(asked[1] - asked[3], -1, 1);

        Array.Clear(asked);
        await bus.AnswerAsync(60, unit =>
        {
            asked[unit]++;
            return true;
        });
        Assert.InRange(asked[2], 12, 22);
    }

    [Fact]
    public async Task Presence_is_told_when_a_slave_answers_first_and_when_it_no_longer_does()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1), ModbusText.Meter(2));
        await bus.AnswerAsync(6, unit => unit == 1);
        await bus.AnswerAsync(12, unit => unit == 2);

        Assert.Equal("meter-1 there", bus.Wire.Presence.Told.First());
        Assert.Equal(["meter-1 lost", "meter-1 there", "meter-2 there"], bus.Wire.Presence.Told.Take(3).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_exception_is_sealed_as_the_answer_that_it_is_and_the_slave_counts_as_there()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1));
        for (var i = 0; i < 3; i++)
        {
            await bus.AskedAsync();
            await bus.Port.SendAsync(ModbusText.Frame(1, 0x83, 2));
            Assert.Equal(ParseVerdict.Failed, (await bus.SealedAsync()).Arrival!.Interpretation.Verdict);
        }

        Assert.Equal(["meter-1 there"], bus.Wire.Presence.Told);
    }

    [Fact]
    public async Task A_damaged_answer_names_the_slave_that_was_asked_and_it_is_asked_again()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1, Patient), ModbusText.Meter(2, Patient));
        await bus.AnswerAsync(2, unit => true);
        var request = await bus.AskedAsync();
        var damaged = ModbusText.Answer(request[0]);
        damaged[4] ^= 1;
        await bus.Port.SendAsync(damaged);

        var refusal = (await bus.SealedInTimeAsync()).Refusal!;
        Assert.Equal((RefusalReason.CrcMismatch, request[0]), (refusal.Reason, refusal.Device!.Unit));
        Assert.Equal(damaged, refusal.Payload.ToArray());
        Assert.Equal(request, await bus.AskedAsync());
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_is_not_taken_for_the_next_one_s()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1), ModbusText.Meter(2));
        Assert.Equal(1, (await bus.AskedAsync())[0]);
        Assert.Equal(2, (await bus.AskedAsync())[0]);
        await bus.Port.SendAsync(ModbusText.Answer(1));
        await bus.Port.SendAsync(ModbusText.Answer(2));

        var noise = (await bus.SealedAsync()).Refusal!;
        Assert.Equal((RefusalReason.LineNoise, null), (noise.Reason, noise.Device));
        Assert.Equal(ModbusText.Answer(1), noise.Payload.ToArray());
        Assert.Equal("meter-2", (await bus.SealedAsync()).Arrival!.Device.Id.Value);
    }

    [Fact]
    public async Task An_adapter_that_hears_itself_is_no_trouble()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1));
        var request = await bus.AskedAsync();
        await bus.Port.SendAsync(request, ModbusText.Answer(1));

        byte[] exchange = [.. request, .. ModbusText.Answer(1)];
        Assert.Equal(exchange, (await bus.SealedAsync()).Arrival!.Payload.ToArray());
        Assert.False(bus.Wire.Sealer.HasMore);
    }

    [Fact]
    public async Task A_flood_is_kept_in_pieces_and_the_line_goes_on()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1));
        await bus.AskedAsync();
        var flood = bus.Port.SendAsync(new byte[3000]);
        var kept = 0;
        while (kept < 1024) kept += (await bus.SealedInTimeAsync()).Refusal!.Payload.Length;
        await flood;

        // Whatever is left of it is drained before a question, and so before its answer.
        while (kept < 3000)
        {
            await bus.AskedAsync();
            await bus.Port.SendAsync(ModbusText.Answer(1));
            var next = await bus.SealedInTimeAsync();
            if (next.Arrival is not null) return;
            kept += next.Refusal!.Payload.Length;
        }
    }

    [Fact]
    public async Task A_port_that_fails_is_opened_again_and_its_slaves_are_lost_meanwhile()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1));
        await bus.AnswerAsync(1, unit => true);
        bus.Port.Die();
        await bus.Port.Closed;
        var again = await bus.Wire.PassTimeUntilAsync(_ports.OpenedAsync());

        Assert.Equal(1, (await bus.Wire.PassTimeUntilAsync(again.AnswerAsync()))[0]);
        await again.SendAsync(ModbusText.Answer(1));
        await bus.SealedAsync();
        Assert.Equal(["meter-1 there", "meter-1 lost", "meter-1 there"], bus.Wire.Presence.Told);
    }

    [Fact]
    public async Task A_line_on_which_nobody_answers_is_opened_again()
    {
        await using var bus = await StartAsync(ModbusText.Meter(1, ModbusText.Level with { Silence = TimeSpan.FromMinutes(2) }));
        await bus.AnswerAsync(1, unit => true);
        var again = bus.Wire.PassTimeUntilAsync(_ports.OpenedAsync());

        await again;
        await bus.Port.Closed;
    }

    async Task<Bus> StartAsync(params Device[] devices)
    {
        var wire = await SerialTestWire.StartAsync(new SerialTestDirectory(devices), _ports);
        return new Bus(wire, await _ports.OpenedAsync());
    }

    sealed record Bus(SerialTestWire Wire, SerialTestPort Port) : IAsyncDisposable
    {
        public async Task<byte[]> AskedAsync()
        {
            await PassTimeUntilAsync(() => Port.HasAnswer);
            return await Port.AnswerAsync();
        }

        /// <summary>Without letting time pass: a slave would seem to be late.</summary>
        public Task<SerialTestSealer.Submitted> SealedAsync() => CompletedAsync(Wire.Sealer.NextAsync());

        /// <summary>What is only kept once the time for an answer is over.</summary>
        public async Task<SerialTestSealer.Submitted> SealedInTimeAsync()
        {
            await Port.ReadAllAsync();
            await PassTimeUntilAsync(() => Wire.Sealer.HasMore);
            return await SealedAsync();
        }

        /// <summary>Not a step further: the time for an answer begins with the question.</summary>
        async Task PassTimeUntilAsync(Func<bool> holds)
        {
            var deadline = SerialDeadline.Token;
            while (!holds())
            {
                deadline.ThrowIfCancellationRequested();
                Wire.Time.Advance(TimeSpan.FromMilliseconds(20));
                await Task.Yield();
            }
        }

        static async Task<SerialTestSealer.Submitted> CompletedAsync(Task<SerialTestSealer.Submitted> submitting)
        {
            var submitted = await submitting;
            submitted.Complete(SealStatus.Sealed);
            return submitted;
        }

        /// <summary>Hears so many requests, and answers those that a slave is there for.</summary>
        public async Task AnswerAsync(int requests, Func<int, bool> isThere)
        {
            for (var i = 0; i < requests; i++)
            {
                var unit = (await AskedAsync())[0];
                if (!isThere(unit)) continue;
                await Port.SendAsync(ModbusText.Answer(unit));
                await SealedAsync();
            }
        }

        public ValueTask DisposeAsync() => Wire.DisposeAsync();
    }
}
