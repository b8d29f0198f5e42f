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
        writer.WriteLine(
            $"""

            A new ledger was made: {data.Ledger.Origin}
            Its public key:        {data.Ledger.Key}

            """);
        if (!isTerminal || keepFile)
        {
            writer.WriteLine(
                $"""
                ITS RECOVERY KEY IS IN '{created.RecoveryKeyFile}'. Print that file on paper, keep the paper away from this
                machine, and delete the file: with the key the site can go on if the ledger's own key is lost, and so can a
                thief. 'edgegw check' warns while a recovery key lies in the data directory.

                """);
            return;
        }

        writer.WriteLine(
            $"""
            This is its recovery key. It is shown this once and stored nowhere. Write it on paper, or print it, and keep it
            away from this machine: with it the site can go on if the ledger's own key is lost.

                {created.RecoveryKey}

            """);
        writer.Flush();
        File.Delete(created.RecoveryKeyFile);
    }
}
