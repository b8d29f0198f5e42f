namespace EdgeGateway.Clocks;

/// <summary>
/// The entry by which a person says that the clock is right (docs/ledger-format.md, kind <c>clock</c>): times of entries
/// before it, right or wrong, no longer count as the floor below which the clock can't be.
/// </summary>
public static class ClockConfirmation
{
    /// <summary>Reads the canonical leaf's bytes: called for every entry of the gateway's own.</summary>
    public static bool Is(ReadOnlySpan<byte> leaf) =>
        leaf.IndexOf("\"body\":{\"event\":\"confirmed\"}"u8) >= 0 && leaf.IndexOf("\"kind\":\"clock\""u8) >= 0;
}
