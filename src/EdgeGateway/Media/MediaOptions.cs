using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Media;

/// <summary>Settings <c>Media:*</c>: what is looked up in media once it is sealed.</summary>
sealed class MediaOptions
{
    /// <summary>Whether media is looked into at all. Default true.</summary>
    public bool Examine { get; set; } = true;

    /// <summary>Whether a copy that a browser plays is made of what it does not play. Default true.</summary>
    public bool Preview { get; set; } = true;

    /// <summary>Processor time for one preview, 10 s to 6 h; what takes longer has none. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "06:00:00", ErrorMessage = "Media:PreviewTime is out of range; give 00:00:10 to 06:00:00.")]
    public TimeSpan PreviewTime { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
sealed partial class MediaOptionsValidator : IValidateOptions<MediaOptions>;
