namespace EdgeGateway.Ledger;

/// <summary>The words that stand for <see cref="ClockState"/> in a leaf.</summary>
public static class ClockStates
{
    public static ReadOnlySpan<byte> Name(ClockState state) => state switch
    {
        ClockState.Synchronised => "synchronised"u8,
        ClockState.BelowFloor => "below-floor"u8,
        _ => "unsynchronised"u8,
    };

    public static string Text(ClockState state) => System.Text.Encoding.ASCII.GetString(Name(state));
}
