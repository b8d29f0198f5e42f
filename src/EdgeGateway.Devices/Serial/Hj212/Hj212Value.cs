using System.Text.RegularExpressions;

namespace EdgeGateway.Devices.Serial.Hj212;

/// <summary>One field of a frame, as the device wrote it.</summary>
public readonly partial record struct Hj212Value(string Name, string Value)
{
    const string Mask = "******";

    /// <summary>PW, and NewPW of command 1072: never shown, logged or given out.</summary>
    public static bool IsSecret(string name) => name.EndsWith("PW", StringComparison.OrdinalIgnoreCase);

    public Hj212Value Masked() => IsSecret(Name) ? this with { Value = Mask } : this;

    /// <summary>Any text of a line, whole frame or not, with its passwords masked.</summary>
    public static string MaskIn(string text) => Secret().Replace(text, "${name}=" + Mask);

    /// <summary><c>name=value</c>, masked.</summary>
    public override string ToString() => $"{Name}={Masked().Value}";

    [GeneratedRegex(@"(?<name>PW)=[^;,&\r\n]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();
}
