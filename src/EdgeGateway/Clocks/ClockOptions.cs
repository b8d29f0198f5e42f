namespace EdgeGateway.Clocks;

/// <summary>Settings <c>Clock:*</c>.</summary>
sealed class ClockOptions
{
    /// <summary>Whether retention may go by a clock of which nobody knows that it is right.</summary>
    public bool DecideUnsynchronised { get; set; }
}
