using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.Ledger;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Succession;

/// <summary>
/// What a rotation was begun with, <c>rotating/plan.json</c> (0600): written before the old log says anything of a successor,
/// so that whoever finds it goes on to the same one. It holds no secret; the next key lies beside it.
/// </summary>
/// <param name="Key">The next log's key; its name is the next log's origin.</param>
/// <param name="By">Which key endorses the next log.</param>
/// <param name="KeyIsLost">Whether the recovery key signs the end of this log in the place of its own.</param>
sealed record RotationPlan(VerifierKey Key, VerifierKey RecoveryKey, EndorsingKey By, bool KeyIsLost, string Reason)
{
    /// <summary>Whether it can't be gone on with unless the recovery key is given again: it is stored nowhere.</summary>
    public bool NeedsPaper => KeyIsLost || By == EndorsingKey.Recovery;

    public void Write(string data)
    {
        var json = new JsonObject
        {
            ["by"] = By == EndorsingKey.Ledger ? "ledger" : "recovery",
            ["key"] = Key.ToString(),
            ["lost"] = KeyIsLost,
            ["reason"] = Reason,
            ["recoveryKey"] = RecoveryKey.ToString(),
        };
        AtomicFile.Write(PathIn(data), JsonSerializer.SerializeToUtf8Bytes(json), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <exception cref="LedgerCorruptException">It is not what was written.</exception>
    public static RotationPlan? Read(string data)
    {
        if (!File.Exists(PathIn(data))) return null;
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(PathIn(data)))!;
            return new RotationPlan(
                VerifierKey.Parse(json["key"]!.GetValue<string>()),
                VerifierKey.Parse(json["recoveryKey"]!.GetValue<string>()),
                json["by"]!.GetValue<string>() == "ledger" ? EndorsingKey.Ledger : EndorsingKey.Recovery,
                json["lost"]!.GetValue<bool>(),
                json["reason"]!.GetValue<string>());
        }
        catch (Exception e) when (e is JsonException or FormatException or NullReferenceException or InvalidOperationException)
        {
            throw new LedgerCorruptException($"'{PathIn(data)}' is damaged: {e.Message} Restore it from a backup; the ledger itself is untouched.");
        }
    }

    static string PathIn(string data) => Path.Combine(LedgerHandover.Staging(data), "plan.json");
}
