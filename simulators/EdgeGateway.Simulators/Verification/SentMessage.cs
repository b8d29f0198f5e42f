namespace EdgeGateway.Simulators.Verification;

/// <summary>What the transcript says of one message, known by its device and digest.</summary>
sealed class SentMessage(string device, long n, string sha256, long order)
{
    public string Device => device;

    public long N => n;

    public string Sha256 => sha256;

    /// <summary>Whether it went out in chunks, so that others may have passed it.</summary>
    public bool IsMedia { get; init; }

    /// <summary>Place of its first sending among all of the transcript.</summary>
    public long Order => order;

    /// <summary>When the device had it ready; else when it was sent first.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>When the ledger had it first; null where it has not, or the listing does not say.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    public TimeSpan? Delay => SealedAt - ReadyAt;

    /// <summary>Place of its first acknowledgement; null without one.</summary>
    public long? AcknowledgedOrder { get; set; }

    /// <summary>The index that acknowledgements named; null where none did.</summary>
    public long? AcknowledgedIndex { get; set; }

    /// <summary>Acknowledgements named two different indexes.</summary>
    public bool IsContradicted { get; set; }

    /// <summary>The last word was a refusal.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Where it is in the ledger, in the order of the listing.</summary>
    public List<long> Indexes { get; } = [];

    /// <summary>Whether it must be in the ledger.</summary>
    public bool IsOwed => AcknowledgedOrder is not null && !IsRefused;

    public void SealedAs(LedgerItem item)
    {
        Indexes.Add(item.Index);
        SealedAt ??= item.SealedAt;
    }

    public string Label => $"{Device} #{N}";
}
