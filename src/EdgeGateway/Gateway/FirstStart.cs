namespace EdgeGateway.Gateway;

/// <summary>Shows what is shown only once: the recovery key of a new ledger. It is stored nowhere.</summary>
static class FirstStart
{
    public static void Announce(GatewayData data, TextWriter writer)
    {
        if (data.Ledger.Recovery.Created is not { } created) return;
        writer.WriteLine(
            $"""

            A new ledger was made: {data.Ledger.Origin}
            Its public key:        {data.Ledger.Key}

            This is its recovery key. It is shown this once and stored nowhere. Write it on paper, or print it, and keep it
            away from this machine: with it the site can go on if the ledger's own key is lost.

                {created.RecoveryKey}

            """);
    }
}
