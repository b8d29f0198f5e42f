using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>The policy that <c>Witness:Policy</c> points at.</summary>
static class PolicyFile
{
    /// <param name="before">The keys of the logs that this one goes on from: after a rotation, a policy that still names one of them keeps nobody from sealing.</param>
    /// <returns>Null where the setting is empty.</returns>
    /// <exception cref="GatewayException">It can't be read, or is not about this ledger.</exception>
    public static WitnessPolicy? Read(WitnessOptions options, VerifierKey ledger, IEnumerable<VerifierKey> before)
    {
        if (options.Policy is not { Length: > 0 } path) return null;
        var policy = Read(path, "Witness:Policy");
        return policy.Names(ledger) || before.Any(policy.Names)
            ? policy
            : throw new GatewayException(Missing(path, ledger));
    }

    /// <summary>What has to be done to a policy that does not name the ledger.</summary>
    public static string Missing(string path, VerifierKey ledger) => Said.Of("witness.not-named", path, ledger);

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
