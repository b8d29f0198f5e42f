using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeGateway.Devices;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Video;

/// <summary>Settings <c>Video:*</c>.</summary>
sealed class VideoOptions : IValidatableObject
{
    /// <summary>Where cameras are, such as <c>192.168.10.0/24</c>, by commas. Empty: no stream is opened.</summary>
    public string Networks { get; set; } = "";

    /// <summary>Streams that may be recorded at a time, 1 to 256. Default 16.</summary>
    [Range(1, 256, ErrorMessage = "Video:MaximumStreams is out of range; give 1 to 256.")]
    public int MaximumStreams { get; set; } = 16;

    /// <summary>Segments of one stream that may wait to be sealed before its recording stops, 1 to 1000. Default 30.</summary>
    [Range(1, 1000, ErrorMessage = "Video:MaximumWaiting is out of range; give 1 to 1000.")]
    public int MaximumWaiting { get; set; } = 30;

    /// <summary>By the device's id.</summary>
    public Dictionary<string, VideoCredential> Credentials { get; set; } = [];

    public IReadOnlyList<IPNetwork> Allowed => [.. Parts.Select(IPNetwork.Parse)];

    string[] Parts => Networks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var part in Parts)
        {
            if (!IPNetwork.TryParse(part, out _)) yield return new($"Video:Networks holds '{part}', which is no network; give such as 192.168.10.0/24, or 192.168.10.7/32 for one camera.");
        }

        foreach (var (id, credential) in Credentials)
        {
            if (!DeviceId.TryParse(id, out _)) yield return new($"Video:Credentials:{id} is not a device's id.");
            if (credential.UserName is null || credential.PasswordFile is null) yield return new($"Video:Credentials:{id} needs UserName and PasswordFile.");
        }
    }
}

/// <summary>What a camera asks for before it shows its stream.</summary>
sealed class VideoCredential
{
    public string? UserName { get; set; }

    /// <summary>File whose first line is the password: a password itself has no place in settings.</summary>
    public string? PasswordFile { get; set; }
}

[OptionsValidator]
sealed partial class VideoOptionsValidator : IValidateOptions<VideoOptions>;
