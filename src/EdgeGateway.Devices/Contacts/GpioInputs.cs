using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Contacts;

/// <summary>Inputs through System.Device.Gpio; on a machine through libgpiod.</summary>
/// <param name="driver">The driver of a chip.</param>
sealed class GpioInputs(Func<int, GpioDriver> driver) : IContactInputs
{
    public static GpioInputs OfMachine { get; } = new(Driver);

    public IContactChip Open(int chip, IReadOnlyList<ContactInput> inputs, Action<int> edge)
    {
        GpioController? controller = null;
        try
        {
            controller = new GpioController(driver(chip));
            foreach (var input in inputs)
            {
                controller.OpenPin(input.Pin, input.Pull switch { ContactPull.Up => PinMode.InputPullUp, ContactPull.Down => PinMode.InputPullDown, _ => PinMode.Input });
                controller.RegisterCallbackForPinValueChangedEvent(input.Pin, PinEventTypes.Rising | PinEventTypes.Falling, (_, change) => edge(change.PinNumber));
            }

            return new Chip(controller);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or IOException))
        {
            // A driver says what it can't do in many ways.
            controller?.Dispose();
            throw new IOException($"The inputs {string.Join(", ", inputs.Select(input => input.Pin))} of GPIO chip {chip} can't be opened: {exception.Message}", exception);
        }
    }

    static LibGpiodDriver Driver(int chip)
    {
        var device = string.Create(CultureInfo.InvariantCulture, $"/dev/gpiochip{chip}");
        if (!File.Exists(device)) throw new IOException($"There is no '{device}' on this machine.");
        try
        {
            return new LibGpiodDriver(chip);
        }
        catch (Exception exception) when (exception is DllNotFoundException or PlatformNotSupportedException or TypeInitializationException)
        {
            throw new IOException("The library libgpiod is missing: install it (Debian: apt-get install libgpiod2).", exception);
        }
    }

    sealed class Chip(GpioController controller) : IContactChip
    {
        public bool Read(int pin)
        {
            try
            {
                return controller.Read(pin) == PinValue.High;
            }
            catch (Exception exception) when (exception is not (OutOfMemoryException or IOException))
            {
                throw new IOException($"Input {pin} can't be read: {exception.Message}", exception);
            }
        }

        public void Dispose() => controller.Dispose();
    }
}
