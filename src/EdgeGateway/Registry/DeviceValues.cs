using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Registry;

/// <summary>What is sealed of a device as its registry fields.</summary>
static class DeviceValues
{
    const int MaximumCharacters = 1024;
    const int MaximumFields = 64;

    /// <summary>Of all values together: they must fit one private part, also when each character needs an escape.</summary>
    const int MaximumBytes = 8 * 1024;

    /// <returns>Its fields and its place, in the order of their keys.</returns>
    /// <exception cref="GatewayException">A field is unknown, or too long; says which.</exception>
    public static SortedDictionary<string, string> Of(NewDevice device)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (device.Values.Count > MaximumFields) throw Failure.Usage("device.many-fields", MaximumFields, device.Values.Count);
        foreach (var (key, value) in device.Values)
        {
            if (!RegistryFields.IsField(key)) throw Failure.Usage("device.no-field", $"--{DisplayText.Of(key)}", string.Join(", ", RegistryFields.All));
            if (value.Length > MaximumCharacters) throw Failure.Usage("usage.value", $"--{key}", DisplayText.Of(value, 100), Said.Of("usage.long", value.Length, MaximumCharacters));
            values[key] = value;
        }

        var bytes = values.Values.Sum(System.Text.Encoding.UTF8.GetByteCount);
        if (bytes > MaximumBytes) throw Failure.Usage("device.large-fields", bytes, MaximumBytes);
        foreach (var (key, value) in device.Place.Values) values[key] = value;
        return values;
    }
}
