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
        var at = $"The inputs {string.Join(", ", inputs.Select(input => input.Pin))}";
        Chip? open = null;
        try
        {
            var controller = new GpioController(driver(chip));
            open = new Chip(controller, chip);
            foreach (var input in inputs)
            {
                at = $"Input {input.Pin}";
                controller.OpenPin(input.Pin, input.Pull switch { ContactPull.Up => PinMode.InputPullUp, ContactPull.Down => PinMode.InputPullDown, _ => PinMode.Input });
                controller.RegisterCallbackForPinValueChangedEvent(input.Pin, PinEventTypes.Rising | PinEventTypes.Falling, (_, change) => edge(change.PinNumber));
            }

            return open;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A driver says what it can't do in many ways, and what it holds is in use for the next attempt too.
            open?.Dispose();
            throw Failed($"{at} of GPIO chip {chip} can't be opened", exception);
        }
    }

    static IOException Failed(string what, Exception exception) => new($"{what}: {exception.Message.TrimEnd('.')}.", exception);

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

    sealed class Chip(GpioController controller, int chip) : IContactChip
    {
        public bool Read(int pin)
        {
            try
            {
                return controller.Read(pin) == PinValue.High;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw Failed($"Input {pin} of GPIO chip {chip} can't be read", exception);
            }
        }

        public void Dispose()
        {
            try
            {
                controller.Dispose();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw Failed($"GPIO chip {chip} can't be let go of", exception);
            }
        }
    }
}
