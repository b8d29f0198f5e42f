using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// What a witness answers to <c>add-checkpoint</c> (C2SP tlog-witness v1.0.0). Pure: who calls it must hold the log's turn,
/// and make an accepted checkpoint durable before the cosignature leaves.
/// </summary>
public static class WitnessRule
{
    /// <summary>The first line of a note: which log it claims to be of.</summary>
    public static string OriginOf(SignedNote note) => note.Text[..note.Text.IndexOf('\n')];

    /// <param name="logKeys">The keys trusted for the origin; none where the log is not known.</param>
    /// <param name="known">The checkpoint cosigned last for it; null before the first.</param>
    public static WitnessAnswer Decide(AddCheckpointRequest request, IReadOnlyCollection<VerifierKey> logKeys, Checkpoint? known)
    {
        if (logKeys.Count == 0) return WitnessAnswer.Refused(WitnessStatus.UnknownLog, "This witness does not know the log.");
        if (!request.Note.TryVerify(logKeys, out _, out var error)) return WitnessAnswer.Refused(WitnessStatus.NotSigned, error);
        if (!Checkpoint.TryParse(request.Note.Text, out var checkpoint, out error))
        {
            return IsEmptyTreeOfAnotherRoot(request.Note.Text)
                ? WitnessAnswer.Refused(WitnessStatus.Inconsistent, "The root of an empty tree is SHA-256 of nothing.")
                : WitnessAnswer.Refused(WitnessStatus.Malformed, error);
        }

        if (request.OldSize > checkpoint.Size)
            return WitnessAnswer.Refused(WitnessStatus.Malformed, $"The old size {request.OldSize} is larger than the checkpoint's {checkpoint.Size}.");
        var knownSize = known?.Size ?? 0;
        if (request.OldSize != knownSize)
            return new WitnessAnswer(WitnessStatus.OtherSize, $"The size cosigned last is {knownSize}, not {request.OldSize}.", knownSize, null);
        return IsConsistent(request, checkpoint, known)
            ? new WitnessAnswer(WitnessStatus.Accepted, $"{checkpoint.Size} entries follow on {knownSize}.", knownSize, checkpoint)
            : WitnessAnswer.Refused(WitnessStatus.Inconsistent, $"The tree of {checkpoint.Size} entries is not shown to begin with the one of {knownSize} that was cosigned.");
    }

    static bool IsConsistent(AddCheckpointRequest request, Checkpoint checkpoint, Checkpoint? known) => known is null or { Size: 0 }
        ? request.Proof.IsEmpty
        : Merkle.VerifyConsistency(known.Size, known.Root, checkpoint.Size, checkpoint.Root, request.Proof);

    /// <summary>Well-formed but for the root, which the specification answers differently.</summary>
    static bool IsEmptyTreeOfAnotherRoot(string text) =>
        text[..^1].Split('\n') is [{ Length: > 0 }, "0", var root, ..] && CanonicalText.TryReadHash(root, out var hash) && hash != Merkle.EmptyRoot;
}

/// <param name="Sentence">Why, for the log and for whoever asked.</param>
/// <param name="KnownSize">The size cosigned last, which an <see cref="WitnessStatus.OtherSize"/> tells the asker.</param>
/// <param name="Checkpoint">What is to be cosigned; null unless accepted.</param>
public sealed record WitnessAnswer(WitnessStatus Status, string Sentence, long KnownSize, Checkpoint? Checkpoint)
{
    internal static WitnessAnswer Refused(WitnessStatus status, string sentence) => new(status, sentence, 0, null);
}

/// <summary>The numbers are the HTTP status codes.</summary>
public enum WitnessStatus
{
    Accepted = 200,

    /// <summary>Not a request, or an old size above the checkpoint's.</summary>
    Malformed = 400,

    /// <summary>No key that is trusted for the log signed it.</summary>
    NotSigned = 403,

    UnknownLog = 404,

    /// <summary>The witness knows another size than the asker thought.</summary>
    OtherSize = 409,

    /// <summary>A bad proof, another root of the same size, or an empty tree with a root of its own.</summary>
    Inconsistent = 422,
}
