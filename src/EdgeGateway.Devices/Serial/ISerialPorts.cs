using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>The machine's serial ports.</summary>
public interface ISerialPorts
{
    /// <summary>Opens a line for this process alone. May block for as long as its driver does.</summary>
    /// <exception cref="IOException">It can't be opened as asked; the message says why. Trying again later may help.</exception>
    ISerialPort Open(string line, SerialLineSettings settings);
}

/// <summary>
/// One open port. The stream is read and written at the same time, each by one caller. Once a read or write has failed
/// there is nothing to do but dispose it. Disposing may block where a driver does.
/// </summary>
public interface ISerialPort : IDisposable
{
    Stream Stream { get; }

    /// <summary>Whether the line's name still leads to the device node that was opened: a USB adapter pulled out may show nowhere else.</summary>
    bool IsPresent { get; }
}
