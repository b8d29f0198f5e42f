namespace EdgeGateway.Evidence;

/// <summary>
/// The only way to the ledger for wires. Safe for any number of threads; entries are sealed in the order in which
/// submissions were accepted.
/// </summary>
public interface ISealer
{
    /// <summary>
    /// Waits while the queue is full (back-pressure goes to the device), then returns a task that ends once the entry and
    /// its private part are on disk, or could not be put there. The inner task never faults; it may take until the disk
    /// answers, so a wire bounds its own wait.
    /// </summary>
    ValueTask<Task<SealOutcome>> SubmitAsync(Arrival arrival, CancellationToken cancellationToken);

    /// <summary>The same for what is refused: sealed as <c>quarantine</c>, rate-bounded per device, line or wire.</summary>
    ValueTask<Task<SealOutcome>> QuarantineAsync(Refusal refusal, CancellationToken cancellationToken);
}
