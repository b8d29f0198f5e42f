using EdgeGateway.Evidence;

namespace EdgeGateway.Ledger;

/// <summary>
/// An entry on its way into the ledger. The ledger's writer gives it its position, time and place in the subject's chain,
/// and ends <see cref="Outcome"/> once it is on disk.
/// </summary>
public abstract class EntryDraft(EntryKind kind, string subject, string actor, Authentication authentication, SealedPart privatePart)
{
    // Continuations run elsewhere: the writer must not do a wire's work.
    readonly TaskCompletionSource<SealOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntryKind Kind => kind;

    /// <summary>Whose chain it continues, e.g. <c>device/cam-01</c>.</summary>
    public string Subject { get; } = Subjects.Checked(subject);

    public string Actor => actor;

    public Authentication Authentication => authentication;

    public SealedPart PrivatePart => privatePart;

    /// <summary>Its place in one action that makes several entries; null where the entry is the whole action.</summary>
    public EntryBatch? Batch { get; init; }

    /// <summary>By what a repeat of this entry would be known; null where repeats do not matter.</summary>
    public RepeatIdentity? Repeat { get; init; }

    /// <summary>Ends when the entry is on disk or could not be put there. Never faults.</summary>
    public Task<SealOutcome> Outcome => _outcome.Task;

    /// <summary>Writes the body as one canonical JSON object. Called once, on the writer's thread.</summary>
    public abstract void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat);

    public void Complete(in SealOutcome outcome) => _outcome.TrySetResult(outcome);
}

/// <summary>An entry whose body is known beforehand.</summary>
public sealed class FixedDraft(
    EntryKind kind, string subject, string actor, Authentication authentication, byte[] body, SealedPart privatePart)
    : EntryDraft(kind, subject, actor, authentication, privatePart)
{
    public override void WriteBody(CanonicalJsonWriter json, in RepeatFacts repeat) => json.Raw(body);
}
