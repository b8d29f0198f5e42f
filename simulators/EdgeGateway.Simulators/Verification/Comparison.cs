namespace EdgeGateway.Simulators.Verification;

/// <summary>Compares a transcript with the ledger: nothing acknowledged may be missing, doubled or out of order; what came late is told.</summary>
static class Comparison
{
    const string Quarantine = "quarantine";

    /// <summary>Longer than a busy gateway takes, shorter than an outage that anybody would notice.</summary>
    public static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(30);

    /// <param name="delay">What was ready longer than that before it was sealed is delayed.</param>
    public static Verdict Of(TranscriptIndex transcript, IEnumerable<LedgerItem> ledger, TimeSpan delay)
    {
        var (unknown, damaged) = (0, 0);
        var believed = new List<string>();
        foreach (var item in ledger)
        {
            if (item.Kind == Quarantine || item.Sha256 is null) continue;
            if (transcript.Find(item.Device, item.Sha256) is { } message) message.SealedAs(item);
            else if (transcript.LieOf(item.Device, item.Sha256) is { } lie) believed.Add(lie);
            else if (transcript.WasDamaged(item.Device, item.Sha256)) damaged++;
            else unknown++;
        }

        var messages = transcript.Messages.OrderBy(message => message.Order).ToList();
        return new Verdict
        {
            Messages = messages.Count,
            Acknowledged = messages.Count(message => message.IsOwed),
            Sealed = messages.Count(message => message.Indexes.Count > 0),
            Lost = Labels(messages.Where(message => message.IsOwed && message.Indexes.Count == 0)),
            Doubled = Labels(messages.Where(message => message.Indexes.Count > 1)),
            Reordered = Labels(messages.GroupBy(message => message.Device).SelectMany(Reordered)),
            Lies = transcript.Lies,
            Believed = believed,
            Delayed = Labels(messages.Where(message => message.Delay > delay).OrderByDescending(message => message.Delay)),
            LongestDelay = Math.Round(messages.Max(message => message.Delay)?.TotalSeconds ?? 0, 3),
            Withheld = transcript.Withheld,
            Misindexed = Labels(messages.Where(IsMisindexed)),
            UnacknowledgedButSealed = messages.Count(message => !message.IsOwed && message.Indexes.Count > 0),
            Unknown = unknown,
            DamagedButSealed = damaged,
        };
    }

    static bool IsMisindexed(SentMessage message) =>
        message.IsContradicted
        || (message is { IsOwed: true, AcknowledgedIndex: { } index, Indexes.Count: > 0 } && !message.Indexes.Contains(index));

    // Only neighbours that were also acknowledged in the order of sending say anything: after a lost connection a later
    // message may rightly be first.
    static IEnumerable<SentMessage> Reordered(IEnumerable<SentMessage> ofDevice)
    {
        SentMessage? before = null;
        foreach (var message in ofDevice.Where(message => message is { IsOwed: true, IsMedia: false } && message.Indexes.Count > 0))
        {
            if (before is not null && before.AcknowledgedOrder < message.AcknowledgedOrder && message.Indexes.Min() < before.Indexes.Min())
            {
                yield return message;
            }

            before = message;
        }
    }

    static List<string> Labels(IEnumerable<SentMessage> messages) => [.. messages.Select(message => message.Label)];
}
