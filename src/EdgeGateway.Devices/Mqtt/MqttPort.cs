using System.Globalization;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>A port setting: a number, 0 for a free one, or <c>off</c>.</summary>
static class MqttPort
{
    public const string Off = "off";

    /// <param name="port">Null for <c>off</c>.</param>
    public static bool TryParse(string? text, out ushort? port)
    {
        port = null;
        if (string.Equals(text, Off, StringComparison.OrdinalIgnoreCase)) return true;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        port = number;
        return true;
    }
}
