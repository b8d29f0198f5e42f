using System.Device.Gpio;

namespace EdgeGateway.Tests.Support;

/// <summary>A GPIO chip in memory: the test sets the levels of its pins.</summary>
sealed class ContactPins : GpioDriver
{
    readonly Dictionary<int, (PinMode Mode, PinValue Value, PinChangeEventHandler? Handlers)> _pins = [];
    readonly Lock _lock = new();
    int _reads;

    /// <summary>While set, nothing can be opened or read, for this reason.</summary>
    public string? Failure { get; set; }

    /// <summary>In use by another process, as libgpiod says it: with an exception of input and output.</summary>
    public int? Busy { get; set; }

    /// <summary>While set, not even closing works.</summary>
    public bool IsStuck { get; set; }

    public bool IsLetGoOf { get; private set; }

    /// <summary>How often any input was read.</summary>
    public int Reads => Volatile.Read(ref _reads);

    protected override int PinCount => 54;

    /// <param name="tell">Whether the change is told, as an edge is.</param>
    public void Set(int pin, bool high, bool tell = true)
    {
        PinChangeEventHandler? handlers;
        lock (_lock)
        {
            var known = _pins.GetValueOrDefault(pin);
            _pins[pin] = known with { Value = high ? PinValue.High : PinValue.Low };
            handlers = known.Handlers;
        }

        if (tell) handlers?.Invoke(this, new PinValueChangedEventArgs(high ? PinEventTypes.Rising : PinEventTypes.Falling, pin));
    }

    public PinMode ModeOf(int pin)
    {
        lock (_lock) return _pins[pin].Mode;
    }

    protected override void OpenPin(int pinNumber)
    {
        if (Failure is { } reason) throw new InvalidOperationException(reason);
        if (pinNumber == Busy) throw new IOException("Device or resource busy");
    }

    protected override void ClosePin(int pinNumber)
    {
        if (IsStuck) throw new InvalidOperationException("the chip is stuck");
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        lock (_lock) _pins[pinNumber] = _pins.GetValueOrDefault(pinNumber) with { Mode = mode };
    }

    protected override PinMode GetPinMode(int pinNumber) => ModeOf(pinNumber);

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode is PinMode.Input or PinMode.InputPullUp or PinMode.InputPullDown;

    protected override PinValue Read(int pinNumber)
    {
        Interlocked.Increment(ref _reads);
        if (Failure is { } reason) throw new InvalidOperationException(reason);
        lock (_lock) return _pins[pinNumber].Value;
    }

    protected override void Write(int pinNumber, PinValue value) => throw new NotSupportedException();

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_lock)
        {
            var known = _pins.GetValueOrDefault(pinNumber);
            _pins[pinNumber] = known with { Handlers = known.Handlers + callback };
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_lock)
        {
            var known = _pins.GetValueOrDefault(pinNumber);
            _pins[pinNumber] = known with { Handlers = known.Handlers - callback };
        }
    }

    protected override void Dispose(bool disposing)
    {
        IsLetGoOf = true;
        base.Dispose(disposing);
    }
}
