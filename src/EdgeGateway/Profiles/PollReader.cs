using EdgeGateway.Devices;

namespace EdgeGateway.Profiles;

/// <summary>Reads what a Modbus slave is asked for by one message, and the values in its answer.</summary>
static class PollReader
{
    const int MaximumAddress = 0xFFFF;
    const int MaximumPoints = 125;
    const int MaximumUnitText = 16;

    static readonly Dictionary<string, ModbusType> Types = new(StringComparer.Ordinal)
    {
        ["uint16"] = ModbusType.UInt16,
        ["int16"] = ModbusType.Int16,
        ["uint32"] = ModbusType.UInt32,
        ["int32"] = ModbusType.Int32,
        ["float32"] = ModbusType.Float32,
        ["bit"] = ModbusType.Bit,
    };

    static readonly Dictionary<string, ModbusOrder> Orders = new(StringComparer.Ordinal)
    {
        ["abcd"] = ModbusOrder.HighFirst,
        ["cdab"] = ModbusOrder.LowFirst,
        ["badc"] = ModbusOrder.HighFirstSwapped,
        ["dcba"] = ModbusOrder.LowFirstSwapped,
    };

    /// <returns>Null where something is wrong.</returns>
    public static ModbusPoll? ReadPoll(ProfileSection message)
    {
        if (message.Section("poll", "'poll'", ProfileKeys.Poll) is not { } section) return null;

        var function = section.Integer("function", (int)ModbusFunction.ReadCoils, (int)ModbusFunction.ReadInputRegisters);
        var address = section.Integer("address", 0, MaximumAddress);
        var count = section.Integer("count", 1, function is { } code ? ModbusPoll.MaximumCount((ModbusFunction)code) : ModbusPoll.MaximumCount(ModbusFunction.ReadCoils));
        var every = section.Duration("every", TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        if (address + count > MaximumAddress + 1) section.Refuse("count", $"'address' and 'count' together reach beyond {MaximumAddress}: ask for less");
        return function is null || address is null || count is null || every is null ? null : new ModbusPoll((ModbusFunction)function.Value, address.Value, count.Value, every.Value);
    }

    /// <param name="poll">Null where it could not be read: then where a point stands is not checked.</param>
    public static IReadOnlyList<ModbusPoint> ReadPoints(ProfileSection message, ModbusPoll? poll, List<ProfileError> errors)
    {
        var points = new List<ModbusPoint>();
        foreach (var item in message.Items("points", MaximumPoints, required: false))
        {
            if (ProfileSection.Open(item, "a point", ProfileKeys.Point, errors) is not { } section || ReadPoint(section, poll) is not { } point) continue;
            if (points.Exists(earlier => earlier.Name == point.Name)) section.Refuse("name", $"point '{point.Name}' stands twice: give one another name");
            points.Add(point);
        }

        return points;
    }

    static ModbusPoint? ReadPoint(ProfileSection section, ModbusPoll? poll)
    {
        var name = section.Text("name");
        if (name is not null && !DeviceId.TryParse(name, out _)) section.Refuse("name", $"'{name}' of key 'name' must be lower-case letters, digits and hyphens");
        var address = section.Integer("address", 0, MaximumAddress);
        var type = section.Choice("type", Types);
        ModbusOrder? order = section.Has("order") ? section.Choice("order", Orders) : ModbusOrder.HighFirst;
        decimal? scale = section.Has("scale") ? section.Decimal("scale", 1_000_000) : 1;
        var unit = section.Text("unit", required: false);
        if (unit?.Length > MaximumUnitText) section.Refuse("unit", $"key 'unit' must have at most {MaximumUnitText} characters, not {unit.Length}");
        if (type == ModbusType.Bit) section.RefuseIfPresent("scale", "for a bit, which is 0 or 1");
        if (name is null || address is null || type is null || order is null || scale is null) return null;

        var point = new ModbusPoint(name, address.Value, type.Value, order.Value, scale.Value, unit);
        if (point.Width == 1) section.RefuseIfPresent("order", "for a value of one register, whose high byte comes first");
        if (poll is not null && poll.ReadsBits != (point.Type == ModbusType.Bit)) section.Refuse("type", $"'type' of point '{name}' must be {(poll.ReadsBits ? "bit" : "one of registers")}, as function {(int)poll.Function} reads");
        if (poll is not null && (point.Address < poll.Address || point.Address + point.Width > poll.Address + poll.Count)) section.Refuse("address", $"point '{name}' is not in what 'poll' asks for: {poll.Address} to {poll.Address + poll.Count - 1}");
        return point;
    }
}
