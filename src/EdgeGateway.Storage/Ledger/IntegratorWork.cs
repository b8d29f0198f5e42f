namespace EdgeGateway.Storage.Ledger;

/// <summary>What the integrator is to do next, in the order of the entries: take a frame, sign a checkpoint, or look a head up.</summary>
readonly record struct IntegratorWork
{
    public Frame? Frame { get; init; }

    public TaskCompletionSource<SignedCheckpoint>? Checkpoint { get; init; }

    public string? Subject { get; init; }

    public TaskCompletionSource<SubjectHead?>? Head { get; init; }

    /// <summary>Tells whoever waits that nothing will come of it.</summary>
    public void Fail(Exception reason)
    {
        Checkpoint?.TrySetException(reason);
        Head?.TrySetException(reason);
    }
}
