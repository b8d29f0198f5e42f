namespace EdgeGateway.Profiles;

/// <summary>Reads which input a message of a contact is for.</summary>
sealed class ContactInputReader
{
    const int MaximumPin = 1023;

    static readonly Dictionary<string, bool> Levels = new(StringComparer.Ordinal) { ["high"] = false, ["low"] = true };

    static readonly Dictionary<string, ContactPull> Pulls = new(StringComparer.Ordinal)
    {
        ["none"] = ContactPull.None,
        ["up"] = ContactPull.Up,
        ["down"] = ContactPull.Down,
    };

    readonly HashSet<int> _pins = [];

    /// <returns>Null where the message is for no contact, or something is wrong.</returns>
    public ContactInput? Read(ProfileSection message, WireKind? wire)
    {
        if (wire is not (null or WireKind.Contact)) message.RefuseIfPresent("input", $"on wire {wire.Value.Word()}");
        if (wire != WireKind.Contact || message.Section("input", "'input'", ProfileKeys.Input) is not { } section) return null;

        var pin = section.Integer("pin", 0, MaximumPin);
        if (pin is { } number && !_pins.Add(number)) section.Refuse("pin", $"pin {number} stands twice: a contact is one message");
        var low = section.Choice("active", Levels);
        var debounce = section.Has("debounce") ? section.Duration("debounce", TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)) : TimeSpan.FromMilliseconds(50);
        ContactPull? pull = section.Has("pull") ? section.Choice("pull", Pulls) : ContactPull.None;
        return pin is null || low is null || debounce is null || pull is null ? null : new ContactInput(pin.Value, low.Value, debounce.Value, pull.Value);
    }
}
