using System.Text;

namespace EdgeGateway.Tests.Support;

/// <summary>Looks for a secret key in files: its text, its seed as bytes, and the seed in the ways it may be written.</summary>
static class SecretScan
{
    public static bool Holds(string path, string exported)
    {
        var bytes = File.ReadAllBytes(path);
        var seed = Convert.FromBase64String(exported.Split('+', 5)[4])[1..];
        return Forms(exported, seed).Any(form => bytes.AsSpan().IndexOf(form) >= 0);
    }

    static IEnumerable<byte[]> Forms(string exported, byte[] seed) =>
    [
        Encoding.UTF8.GetBytes(exported), seed, Encoding.ASCII.GetBytes(Convert.ToBase64String(seed)),
        Encoding.ASCII.GetBytes(Convert.ToHexString(seed)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(seed)),
    ];
}
