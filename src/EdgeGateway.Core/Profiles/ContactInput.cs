namespace EdgeGateway.Profiles;

/// <summary>One input of a GPIO chip.</summary>
/// <param name="Pin">Its line number on the chip.</param>
/// <param name="ActiveLow">Whether it counts as active while its level is low.</param>
/// <param name="Debounce">How long a level must last before it counts.</param>
/// <param name="Pull">The chip's own resistor.</param>
public sealed record ContactInput(int Pin, bool ActiveLow, TimeSpan Debounce, ContactPull Pull);

public enum ContactPull
{
    None,
    Up,
    Down,
}
