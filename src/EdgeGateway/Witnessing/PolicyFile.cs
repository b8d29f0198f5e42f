using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>The policy that <c>Witness:Policy</c> points at.</summary>
static class PolicyFile
{
    /// <returns>Null where the setting is empty.</returns>
    /// <exception cref="GatewayException">It can't be read, or is not about this ledger.</exception>
    public static WitnessPolicy? Read(WitnessOptions options, VerifierKey ledger)
    {
        if (options.Policy is not { Length: > 0 } path) return null;
        var policy = Read(path, "Witness:Policy");
        return policy.Logs.Any(log => log.Key.Equals(ledger))
            ? policy
            : throw Failure.Of("witness.not-named", path, ledger);
    }

    /// <param name="what">The setting or option that named the file.</param>
    /// <exception cref="GatewayException">It can't be read.</exception>
    public static WitnessPolicy Read(string path, string what, int exitCode = 1) => WitnessPolicy.TryParse(ReadBytes(path, what, exitCode), out var policy, out var error)
        ? policy
        : throw new GatewayException(Said.Of("file.wrong", what, path, error), exitCode);

    public static byte[] ReadBytes(string path, string what, int exitCode = 1)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var bytes = new byte[Math.Min(RandomAccess.GetLength(file), WitnessPolicy.MaximumBytes + 1)];
            return bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(Said.Of("file.unreadable", what, path, e.Message), exitCode);
        }
    }
}
