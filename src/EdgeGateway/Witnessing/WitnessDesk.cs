using System.Collections.Frozen;
using EdgeGateway.Gateway;
using EdgeGateway.Storage.Files;
using EdgeGateway.Texts;

namespace EdgeGateway.Witnessing;

/// <summary>The witness that this gateway is for others: the logs it was told to witness, by their id.</summary>
sealed class WitnessDesk : IDisposable
{
    readonly FrozenDictionary<string, WitnessedLog> _logs;

    WitnessDesk(FrozenDictionary<string, WitnessedLog> logs) => _logs = logs;

    public bool IsOpen => _logs.Count > 0;

    /// <exception cref="GatewayException">The file of logs, the key or what was cosigned last can't be used; says what to do.</exception>
    public static WitnessDesk Open(string data, WitnessOptions options)
    {
        if (options.Logs is not { Length: > 0 } path) return new WitnessDesk(FrozenDictionary<string, WitnessedLog>.Empty);
        if (!WitnessPolicy.TryParseLogs(PolicyFile.ReadBytes(path, "Witness:Logs"), out var logs, out var error)) throw Failure.Of("file.wrong", "Witness:Logs", path, error);
        var key = WitnessKey.Find(data) ?? throw Failure.Of("witness.logs-no-key", WitnessKey.SecretPath(data));
        var directory = Path.Combine(data, "witness");
        DurableDirectory.Create(directory);
        AtomicFile.RemoveLeftovers(directory);
        var cosigned = CosignedLogs.Open(data);
        return new WitnessDesk(logs.Select(log => log.Key).GroupBy(log => log.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(group => WitnessedLog.IdOf(group.Key), group => WitnessedLog.Open(directory, [.. group], key, cosigned), StringComparer.Ordinal));
    }

    /// <returns>Null for a log that is not witnessed here.</returns>
    public WitnessedLog? Find(string id) => _logs.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var log in _logs.Values) log.Dispose();
    }
}
