namespace EdgeGateway.Ledger;

/// <summary>What came of checking a proof.</summary>
/// <param name="FailedStep">The first step that failed; null when the proof is good.</param>
/// <param name="Sentence">What is proven, or which step failed and how.</param>
/// <param name="Signatures">The log's and the witnesses' good signatures; empty when the proof is refused.</param>
public sealed record ProofVerdict(ProofStep? FailedStep, string Sentence, IReadOnlyList<VerifiedSignature> Signatures)
{
    public bool IsGood => FailedStep is null;

    internal static ProofVerdict Good(string sentence, IReadOnlyList<VerifiedSignature> signatures) => new(null, sentence, signatures);

    internal static ProofVerdict Refused(ProofStep step, string sentence) => new(step, sentence, []);
}

/// <summary>The steps in the order in which they are taken.</summary>
public enum ProofStep
{
    /// <summary>A trusted key signed the checkpoint, and no known signature is wrong.</summary>
    Signature,

    /// <summary>The checkpoint is of the log that was asked for.</summary>
    Origin,

    /// <summary>The index is below the checkpoint's size.</summary>
    Index,

    /// <summary>The path leads from the leaf to the checkpoint's root.</summary>
    Path,
}
