namespace EdgeGateway.Witnessing;

/// <summary>How many of which members are enough: a witness, or a group of witnesses and groups. Immutable.</summary>
/// <param name="Needed">At least 1, at most the number of members.</param>
/// <param name="Members">Empty for a single witness.</param>
sealed record QuorumRule(string Name, int Needed, IReadOnlyList<QuorumRule> Members)
{
    /// <summary>Rules are at most so deep, because a policy that is deeper is no one's intent and would cost a stack.</summary>
    public const int MaximumDepth = 16;

    public int Depth { get; } = Members.Count == 0 ? 1 : 1 + Members.Max(member => member.Depth);

    public static QuorumRule OfWitness(string name) => new(name, 1, []);

    public bool IsMet(IReadOnlySet<string> witnesses) => Members.Count == 0
        ? witnesses.Contains(Name)
        : Members.Count(member => member.IsMet(witnesses)) >= Needed;
}
