using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Docks;

/// <summary>Settings <c>Docks:*</c>.</summary>
sealed class DockOptions
{
    /// <summary>How often a folder is looked through, 1 s to 1 h. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Docks:Scan is out of range; give 00:00:01 to 01:00:00.")]
    public TimeSpan Scan { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A file that is picked up later than this is marked <c>late</c>, 1 min to 31 d. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00", ErrorMessage = "Docks:LateAfter is out of range; give 00:01:00 to 31.00:00:00.")]
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What that time counts from. Default the clip's end.</summary>
    [EnumDataType(typeof(DockLateFrom), ErrorMessage = "Docks:LateFrom must be ClipEnd or Return.")]
    public DockLateFrom LateFrom { get; set; } = DockLateFrom.ClipEnd;

    /// <summary>Files of one folder that are looked at, 1 to 1,000,000; of more the listing says that it is cut short.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Docks:MaximumFiles is out of range; give 1 to 1000000.")]
    public int MaximumFiles { get; set; } = 100_000;
}

/// <summary>From when a clip must be at the station within a day.</summary>
enum DockLateFrom
{
    /// <summary>The end of the recording: what its name says, else when the file was written last.</summary>
    ClipEnd,

    /// <summary>The recorder's return to the station: when its file was first seen in the dock.</summary>
    Return,
}

[OptionsValidator]
sealed partial class DockOptionsValidator : IValidateOptions<DockOptions>;
