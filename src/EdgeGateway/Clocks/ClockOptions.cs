using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Clocks;

/// <summary>Settings <c>Clock:*</c>.</summary>
sealed class ClockOptions
{
    public const string Auto = "auto";
    public const string Chrony = "chrony";
    public const string Gnss = "gnss";
    public const string System = "system";

    /// <summary><c>auto</c>: chrony where chronyc is installed, else or while it has no time a GNSS receiver; <c>gnss</c>: a receiver alone; <c>chrony</c>: it must be there; <c>system</c>: nothing is asked.</summary>
    [Required, RegularExpression("auto|chrony|gnss|system", ErrorMessage = "Clock:Source must be auto, chrony, gnss or system.")]
    public string Source { get; set; } = Auto;

    /// <summary>The program chronyc: a name looked for on the PATH, or a path.</summary>
    [Required]
    public string ChronycPath { get; set; } = "chronyc";

    /// <summary>How often the source is asked, 1 second to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Clock:PollInterval is out of range; give 00:00:01 to 01:00:00.")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(16);

    /// <summary>Offset and uncertainty together up to which the clock counts as synchronised, 1 ms to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ErrorMessage = "Clock:MaximumError is out of range; give 00:00:00.001 to 00:01:00.")]
    public TimeSpan MaximumError { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The wall clock moving by more than this against the monotonic one is a step, 10 ms to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = "Clock:StepLimit is out of range; give 00:00:00.010 to 01:00:00.")]
    public TimeSpan StepLimit { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Further than this after the newest entry is a jump, which a person must confirm, 1 hour to 365 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00", ErrorMessage = "Clock:JumpLimit is out of range; give 01:00:00 to 365.00:00:00.")]
    public TimeSpan JumpLimit { get; set; } = TimeSpan.FromDays(1);
}

[OptionsValidator]
sealed partial class ClockOptionsValidator : IValidateOptions<ClockOptions>;
