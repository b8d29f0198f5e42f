using System.Collections.Concurrent;
using EdgeGateway.Storage.Registry;

namespace EdgeGateway.Witnessing;

/// <summary>Who witnesses this ledger, and how it stands with each of them. Safe for any number of threads.</summary>
sealed class WitnessBoard(WitnessPolicy? policy, bool failOpen)
{
    /// <summary>So many anchors are looked back through for a witness's last cosignature.</summary>
    const int LookBack = 256;

    readonly ConcurrentDictionary<string, string?> _errors = new(StringComparer.Ordinal);

    /// <summary>Null where no witness is configured.</summary>
    public WitnessPolicy? Policy => policy;

    /// <summary>Whether proofs leave the house without the policy's quorum.</summary>
    public bool FailOpen => failOpen;

    /// <summary>The witnesses that can be asked.</summary>
    public IEnumerable<PolicyWitness> Reachable => policy?.Witnesses.Where(witness => witness.Url is not null && witness.Key.CanVerify) ?? [];

    /// <param name="error">Null when all went well.</param>
    public void Note(PolicyWitness witness, string? error) => _errors[witness.Name] = error;

    public string? ErrorOf(PolicyWitness witness) => _errors.GetValueOrDefault(witness.Name);

    /// <summary>The newest cosignature of a witness that the ledger holds, as far as the views have it.</summary>
    public static AnchorItem? LastOf(PolicyWitness witness, LedgerViews views)
    {
        var before = long.MaxValue;
        for (var i = 0; i < LookBack && views.LastAnchorBefore(AnchorType.Cosignature, before) is { } anchor; i++)
        {
            if (anchor.By == witness.Key.Name) return anchor;
            before = anchor.Index;
        }

        return null;
    }
}
