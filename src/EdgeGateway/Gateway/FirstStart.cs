using EdgeGateway.Texts;

namespace EdgeGateway.Gateway;

/// <summary>
/// Hands out the recovery key of a new ledger. It was written to a file before the ledger's first entry, so that no crash
/// loses it; a person at a terminal is shown it and the file goes, a journal never sees it and the file stays.
/// </summary>
static class FirstStart
{
    /// <param name="isTerminal">Whether a person reads what is written.</param>
    /// <param name="keepFile">Whether the file was asked for, so that it stays in any case.</param>
    public static void Announce(GatewayData data, TextWriter writer, bool isTerminal, bool keepFile = false)
    {
        if (data.Ledger.Recovery.Created is not { } created) return;
        writer.WriteLine($"\n{Said.Of("init.ledger", data.Ledger.Origin, data.Ledger.Key)}\n");
        if (!isTerminal || keepFile)
        {
            writer.WriteLine($"{Said.Of("init.recovery-file", created.RecoveryKeyFile)}\n");
            return;
        }

        writer.WriteLine($"{Said.Of("init.recovery-key")}\n\n    {created.RecoveryKey}\n");
        writer.Flush();
        File.Delete(created.RecoveryKeyFile);
    }
}
