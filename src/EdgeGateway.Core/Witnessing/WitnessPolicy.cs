using System.Diagnostics.CodeAnalysis;
using EdgeGateway.Ledger;

namespace EdgeGateway.Witnessing;

/// <summary>
/// Which logs and witnesses are trusted, and how many cosignatures a checkpoint needs (C2SP tlog-policy). Two kinds of
/// comment have a meaning here, and none to other readers: <c># administration TEXT</c> says who runs the log, and
/// <c># operator WITNESS TEXT</c> who runs a witness. Immutable.
/// </summary>
public sealed class WitnessPolicy
{
    /// <summary>A file beyond this is refused unread.</summary>
    public const int MaximumBytes = 256 * 1024;

    readonly QuorumRule? _quorum;

    internal WitnessPolicy(
        IReadOnlyList<PolicyLog> logs, IReadOnlyList<PolicyWitness> witnesses, string? administration, string quorumName, QuorumRule? quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        Administration = administration;
        QuorumName = quorumName;
        _quorum = quorum;
    }

    public IReadOnlyList<PolicyLog> Logs { get; }

    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>Who runs the log; null where the policy does not say.</summary>
    public string? Administration { get; }

    /// <summary>The witness or group that must have cosigned; <c>none</c> for nobody.</summary>
    public string QuorumName { get; }

    /// <summary>Whether any witness is asked for at all.</summary>
    public bool AsksForWitnesses => _quorum is not null;

    /// <summary>The same policy that trusts these logs too: where something else proved that they belong to one that it names.</summary>
    public WitnessPolicy Trusting(IEnumerable<VerifierKey> logs) =>
        new([.. Logs, .. logs.Where(key => !Names(key)).Select(key => new PolicyLog(key, null))], Witnesses, Administration, QuorumName, _quorum);

    public bool Names(VerifierKey log) => Logs.Any(one => one.Key.Equals(log));

    /// <param name="error">Line number and what is wrong there, in a sentence.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out WitnessPolicy? policy, [NotNullWhen(false)] out string? error) =>
        new PolicyReader().TryRead(file, out policy, out error);

    /// <summary>Reads the <c>log</c> lines of a file that may be a whole policy or name logs only.</summary>
    /// <param name="error">Line number and what is wrong there, in a sentence.</param>
    public static bool TryParseLogs(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out IReadOnlyList<PolicyLog>? logs, [NotNullWhen(false)] out string? error) =>
        new PolicyReader().TryReadLogs(file, out logs, out error);

    /// <summary>
    /// Whether the witness is run by others than the log. Only where the policy names both and they differ: what is not
    /// written down is not counted.
    /// </summary>
    public bool IsOtherAdministration(PolicyWitness witness) =>
        Administration is { } own && witness.Operator is { } theirs && !own.Equals(theirs, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks a signed checkpoint: that a log of the policy signed it, by whom it is cosigned, and whether that is enough.</summary>
    public PolicyVerdict Evaluate(SignedNote note)
    {
        VerifierKey[] known = [.. Logs.Select(log => log.Key), .. Witnesses.Select(witness => witness.Key)];
        if (!note.TryVerify(known, out var signatures, out var error)) return PolicyVerdict.Refused(error);
        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out error)) return PolicyVerdict.Refused(error);
        var log = Logs.FirstOrDefault(log => log.Key.Name == checkpoint.Origin && signatures.Any(signature => signature.Key.Equals(log.Key)));
        if (log is null) return PolicyVerdict.Refused($"No log of the policy signed this checkpoint of {checkpoint.Origin}.");

        var cosignatures = new List<PolicyCosignature>();
        foreach (var signature in signatures)
        {
            if (signature.CosignedAt is not { } at || cosignatures.Exists(other => other.Witness.Key.Equals(signature.Key))) continue;
            if (Witnesses.FirstOrDefault(witness => witness.Key.Equals(signature.Key)) is not { } witness) continue;
            cosignatures.Add(new PolicyCosignature(witness, at, IsOtherAdministration(witness)));
        }

        var names = cosignatures.Select(cosignature => cosignature.Witness.Name).ToHashSet(StringComparer.Ordinal);
        return new PolicyVerdict(null, checkpoint, cosignatures, _quorum?.IsMet(names) ?? true, AsksForWitnesses);
    }
}

/// <param name="Key">Its name is the log's origin.</param>
/// <param name="Url">Where its tiles are; null where the policy does not say.</param>
public sealed record PolicyLog(VerifierKey Key, Uri? Url);

/// <param name="Name">As the policy calls it, which need not be the key's name.</param>
/// <param name="Url">Below it are <c>add-checkpoint</c> and <c>&lt;sha256(origin)&gt;/checkpoint</c>; null where the policy does not say.</param>
/// <param name="Operator">Who runs it; null where the policy does not say.</param>
public sealed record PolicyWitness(string Name, VerifierKey Key, Uri? Url, string? Operator);
