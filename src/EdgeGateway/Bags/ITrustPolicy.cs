using EdgeGateway.Ledger;

namespace EdgeGateway.Bags;

/// <summary>Whose signatures count (C2SP tlog-policy): what a bag can't say of itself.</summary>
interface ITrustPolicy
{
    /// <summary>Keys of the logs that are trusted.</summary>
    IReadOnlyCollection<VerifierKey> Logs { get; }

    /// <summary>Keys of the witnesses that are known; others' cosignatures count for nothing.</summary>
    IReadOnlyCollection<VerifierKey> Witnesses { get; }

    /// <summary>Whether these of the witnesses are enough.</summary>
    bool IsQuorum(IReadOnlyCollection<VerifierKey> cosigners);
}
