using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Contacts;

/// <summary>The machine's GPIO chips.</summary>
public interface IContactInputs
{
    /// <summary>Opens inputs of a chip for this process alone.</summary>
    /// <param name="edge">Told a pin whenever its level changed; on any thread, returns at once.</param>
    /// <exception cref="IOException">They can't be opened as asked; the message says why. Trying again later may help.</exception>
    IContactChip Open(int chip, IReadOnlyList<ContactInput> inputs, Action<int> edge);
}

/// <summary>Open inputs of one chip. Disposing lets go of them, and throws an <see cref="IOException"/> where the chip does not.</summary>
public interface IContactChip : IDisposable
{
    /// <returns>Whether the level is high.</returns>
    /// <exception cref="IOException">The chip is gone.</exception>
    bool Read(int pin);
}
