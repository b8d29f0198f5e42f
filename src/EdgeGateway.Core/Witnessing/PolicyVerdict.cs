using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>What a policy says of a signed checkpoint.</summary>
/// <param name="Error">Why the checkpoint is not to be believed at all, in a sentence; null where its log signed it.</param>
/// <param name="Checkpoint">Null with an error.</param>
/// <param name="Cosignatures">The good ones, of witnesses of the policy.</param>
/// <param name="QuorumMet">Whether they are enough; true too where the policy asks for none.</param>
/// <param name="AsksForWitnesses">Whether the policy asks for any.</param>
public sealed record PolicyVerdict(
    string? Error, Checkpoint? Checkpoint, IReadOnlyList<PolicyCosignature> Cosignatures, bool QuorumMet, bool AsksForWitnesses)
{
    /// <summary>Signed by the log, and by as many witnesses as the policy wants.</summary>
    public bool IsGood => Error is null && QuorumMet;

    /// <summary>
    /// 仅自证: nobody but the log's own administration has vouched for it, so its owner could still have written another
    /// history.
    /// </summary>
    public bool IsSelfAttestedOnly => !IsGood || !AsksForWitnesses || !Cosignatures.Any(cosignature => cosignature.OtherAdministration);

    internal static PolicyVerdict Refused(string error) => new(error, null, [], false, true);
}

/// <param name="At">When the witness says that it signed.</param>
/// <param name="OtherAdministration">Whether the policy says that others run it than the log.</param>
public sealed record PolicyCosignature(PolicyWitness Witness, DateTimeOffset At, bool OtherAdministration);
