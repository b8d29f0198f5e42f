using System.Text;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>The <c>log</c> lines of a policy file, and <c>quorum none</c>; one that asks for witnesses is refused and not guessed at.</summary>
sealed class LogPolicy(IReadOnlyList<VerifierKey> logs) : ITrustPolicy
{
    const int MaximumBytes = 1 << 16;

    public IReadOnlyCollection<VerifierKey> Logs => logs;

    public IReadOnlyCollection<VerifierKey> Witnesses => [];

    public bool IsQuorum(IReadOnlyCollection<VerifierKey> cosigners) => true;

    /// <exception cref="GatewayException">The file is no policy that is understood here; names the line.</exception>
    public static LogPolicy Read(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= MaximumBytes }) throw new GatewayException($"'{path}' is no policy file: it is missing, or has more than {MaximumBytes} bytes.", exitCode: 2);
        var logs = new List<VerifierKey>();
        var number = 0;
        foreach (var line in File.ReadAllText(path, Encoding.UTF8).Split('\n'))
        {
            number++;
            switch (line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case [] or [['#', ..], ..] or ["quorum", "none"]:
                    break;
                case ["log", var vkey, .. { Length: <= 1 }]:
                    logs.Add(VerifierKey.TryParse(vkey, out var key, out var error) ? key : throw Wrong(path, number, error));
                    break;
                default:
                    throw Wrong(path, number, "only 'log VKEY [URL]' and 'quorum none' are understood.");
            }
        }

        return logs.Count > 0 ? new LogPolicy(logs) : throw new GatewayException($"'{path}' names no log: write 'log VKEY'.", exitCode: 2);
    }

    static GatewayException Wrong(string path, int line, string why) => new($"'{path}', line {line}: {why}", exitCode: 2);
}
