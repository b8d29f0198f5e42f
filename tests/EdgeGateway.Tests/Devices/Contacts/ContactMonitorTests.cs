using System.Device.Gpio;
using System.Text.Json;
using EdgeGateway.Devices.Contacts;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Devices.Contacts;

/// <summary>The shipped cabinet on a chip in memory: door on 17, tamper on 27, mains on 22 with two seconds of debounce.</summary>
public sealed class ContactMonitorTests : IAsyncLifetime, IDisposable
{
    static readonly DateTimeOffset Begin = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    readonly ContactPins _pins = new();
    readonly SerialTestSealer _sealer = new();
    readonly SerialTestPresence _presence = new();
    readonly FakeTimeProvider _time = new(Begin);
    readonly CancellationTokenSource _stop = new();
    Task _running = Task.CompletedTask;

    public Task InitializeAsync()
    {
        var profile = ProfileCatalog.ReadFile(Path.Combine(ProfileSchema.Directory, "cabinet-contacts.yaml")).Profile!;
        var device = MqttDevices.Device("cabinet-1", profile);
        _running = new ContactMonitor(device, new GpioInputs(_ => _pins), _sealer, _presence, _time, NullLogger.Instance).RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _pins.Dispose();
    }

    [Fact]
    public async Task How_the_contacts_stand_is_sealed_at_the_beginning()
    {
        var first = await NextAsync();

        Assert.Equal("""{"contact":"door-open","active":false,"level":"low","chip":0,"pin":17,"at":"2026-11-27T08:00:00.000000Z","edges":0,"initial":true}""", first.GetRawText());
        Assert.Equal("tamper", (await NextAsync()).GetProperty("contact").GetString());
        Assert.Equal("mains-failure", (await NextAsync()).GetProperty("contact").GetString());
        Assert.Equal(PinMode.InputPullUp, _pins.ModeOf(17));
        Assert.Equal(["cabinet-1 there"], _presence.Told);
    }

    [Fact]
    public async Task A_change_counts_once_its_level_has_lasted_and_says_since_when()
    {
        await BegunAsync();
        var opened = _time.GetUtcNow();
        _pins.Set(17, high: true);
        await PassAsync(49);
        Assert.False(_sealer.HasMore);

        var change = await NextAsync();
        Assert.Equal(("door-open", true, "high", 1, false), Facts(change));
        Assert.InRange(change.GetProperty("at").GetDateTimeOffset(), opened, opened.AddMilliseconds(20));
    }

    [Fact]
    public async Task A_contact_that_flutters_is_one_change_with_the_number_of_its_edges()
    {
        await BegunAsync();
        for (var i = 0; i < 21; i++)
        {
            _pins.Set(17, high: i % 2 == 0);
            await PassAsync(10);
        }

        Assert.False(_sealer.HasMore);
        await PassAsync(50);
        Assert.Equal(("door-open", true, "high", 21, false), Facts(await NextAsync()));
    }

    [Fact]
    public async Task A_pulse_that_is_too_short_is_no_change_and_its_edges_are_told_with_the_next()
    {
        await BegunAsync();
        _pins.Set(17, high: true);
        await PassAsync(10);
        _pins.Set(17, high: false);
        await PassAsync(1000);
        Assert.False(_sealer.HasMore);
        _pins.Set(17, high: true);
        await PassAsync(60);

        Assert.Equal(("door-open", true, "high", 3, false), Facts(await NextAsync()));
    }

    [Fact]
    public async Task A_change_that_was_not_told_is_found_within_a_second()
    {
        await BegunAsync();
        _pins.Set(22, high: true, tell: false);
        await PassAsync(3100);

        Assert.Equal(("mains-failure", true, "high", 1, false), Facts(await NextAsync()));
    }

    [Fact]
    public async Task What_can_not_be_sealed_waits_and_what_happens_meanwhile_follows()
    {
        await BegunAsync();
        _pins.Set(17, high: true);
        await PassAsync(60);
        (await SubmittedAsync()).Complete(SealStatus.Unavailable);
        _pins.Set(17, high: false);
        var again = await SubmittedAsync();
        Assert.Equal(("door-open", true, "high", 1, false), Facts(Json(again)));
        again.Complete(SealStatus.Sealed);
        await PassAsync(60);

        Assert.Equal(("door-open", false, "low", 1, false), Facts(await NextAsync()));
    }

    [Fact]
    public async Task What_another_contact_did_and_undid_while_nothing_could_be_sealed_is_told()
    {
        await BegunAsync();
        _pins.Set(17, high: true);
        var door = await SubmittedAsync();
        for (var i = 0; i < 4; i++)
        {
            _pins.Set(27, high: i % 2 == 0);
            await CountedAsync();
        }

        door.Complete(SealStatus.Sealed);
        var tamper = await NextAsync();
        Assert.Equal(("tamper", false, "low", 4, false), Facts(tamper));
        await PassAsync(2000);
        Assert.False(_sealer.HasMore);
    }

    [Fact]
    public async Task What_waits_to_be_sealed_is_sealed_while_the_chip_is_gone()
    {
        await BegunAsync();
        _pins.Set(17, high: true);
        var door = await SubmittedAsync();
        _pins.Set(27, high: true);
        await CountedAsync();
        _pins.Failure = "the chip is gone";
        await LostAsync();
        door.Complete(SealStatus.Sealed);

        Assert.Equal(("tamper", true, "high", 1, false), Facts(await NextAsync()));
    }

    [Fact]
    public async Task A_sealer_that_fails_ends_it()
    {
        await BegunAsync();
        _sealer.Bug = new InvalidOperationException("a bug");
        _pins.Set(17, high: true);
        await PassUntilAsync(() => _running.IsCompleted);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _running);
    }

    [Fact]
    public async Task Inputs_that_can_not_be_read_are_opened_again_and_their_state_is_sealed_anew()
    {
        await BegunAsync();
        _pins.Failure = "the chip is gone";
        await LostAsync();
        _pins.Set(17, high: true, tell: false);
        _pins.Failure = null;
        await PassAsync(3000);

        var state = await NextAsync();
        Assert.Equal(("door-open", true, "high", 0, true), Facts(state));
        Assert.Equal(["cabinet-1 there", "cabinet-1 lost", "cabinet-1 there"], _presence.Told);
    }

    [Fact]
    public async Task A_chip_that_can_not_even_be_closed_is_opened_again()
    {
        await BegunAsync();
        (_pins.Failure, _pins.IsStuck) = ("the chip is gone", true);
        await LostAsync();
        (_pins.Failure, _pins.IsStuck) = (null, false);
        await PassAsync(3000);

        Assert.True((await NextAsync()).GetProperty("initial").GetBoolean());
    }

    [Fact]
    public void Inputs_of_which_one_is_in_use_are_all_let_go_of_and_it_is_named()
    {
        using var pins = new ContactPins { Busy = 27 };
        var error = Assert.Throws<IOException>(() => new GpioInputs(_ => pins).Open(0, [Input(17), Input(27)], _ => { }));

        Assert.Equal("Input 27 of GPIO chip 0 can't be opened: Device or resource busy.", error.Message);
        Assert.True(pins.IsLetGoOf);
    }

    [Fact]
    public void A_machine_without_such_a_chip_says_so()
    {
        var error = Assert.Throws<IOException>(() => GpioInputs.OfMachine.Open(250, [Input(1)], _ => { }));
        Assert.Contains("There is no '/dev/gpiochip250' on this machine.", error.Message, StringComparison.Ordinal);
    }

    static ContactInput Input(int pin) => new(pin, false, TimeSpan.Zero, ContactPull.None);

    static (string? Contact, bool Active, string? Level, int Edges, bool Initial) Facts(JsonElement change) => (
        change.GetProperty("contact").GetString(), change.GetProperty("active").GetBoolean(), change.GetProperty("level").GetString(), change.GetProperty("edges").GetInt32(), change.GetProperty("initial").GetBoolean());

    static JsonElement Json(SerialTestSealer.Submitted submitted) => JsonDocument.Parse(submitted.Arrival!.Payload).RootElement;

    /// <summary>Lets time pass until something is handed to the sealer.</summary>
    async Task<SerialTestSealer.Submitted> SubmittedAsync()
    {
        await PassUntilAsync(() => _sealer.HasMore);
        return await _sealer.NextAsync();
    }

    async Task<JsonElement> NextAsync()
    {
        var submitted = await SubmittedAsync();
        submitted.Complete(SealStatus.Sealed);
        return Json(submitted);
    }

    async Task BegunAsync()
    {
        for (var i = 0; i < 3; i++) Assert.True((await NextAsync()).GetProperty("initial").GetBoolean());
        await PassAsync(0);
    }

    Task LostAsync() => PassUntilAsync(() => _presence.Told.LastOrDefault() == "cabinet-1 lost");

    /// <summary>Lets time pass until the three inputs were read four times: the level is seen, and has lasted.</summary>
    Task CountedAsync()
    {
        var until = _pins.Reads + (3 * 4);
        return PassUntilAsync(() => _pins.Reads >= until);
    }

    async Task PassUntilAsync(Func<bool> isSo)
    {
        var deadline = SerialDeadline.Token;
        while (!isSo())
        {
            deadline.ThrowIfCancellationRequested();
            await PassAsync(10);
        }
    }

    /// <summary>Lets time pass in steps, and the monitor see each of them.</summary>
    async Task PassAsync(int milliseconds)
    {
        for (var passed = 0; passed <= milliseconds; passed += 10)
        {
            for (var turn = 0; turn < 20; turn++) await Task.Yield();
            if (passed < milliseconds) _time.Advance(TimeSpan.FromMilliseconds(Math.Min(10, milliseconds - passed)));
        }

        for (var turn = 0; turn < 20; turn++) await Task.Yield();
    }
}
