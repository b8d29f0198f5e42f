using System.Text.RegularExpressions;

namespace EdgeGateway.Profiles;

static partial class YamlNumber
{
    /// <summary>Integers and floats of YAML's core schema.</summary>
    [GeneratedRegex(@"\A([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    public static partial Regex Form();
}
