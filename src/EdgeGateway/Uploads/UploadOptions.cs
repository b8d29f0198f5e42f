using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Uploads;

/// <summary>Settings <c>Uploads:*</c>.</summary>
sealed class UploadOptions
{
    /// <summary>Uploads that may be open at a time, 1 to 4096.</summary>
    [Range(1, 4096, ErrorMessage = "Uploads:MaximumOpen is out of range; give 1 to 4096.")]
    public int MaximumOpen { get; set; } = 256;

    /// <summary>Of one device, 1 to 256.</summary>
    [Range(1, 256, ErrorMessage = "Uploads:MaximumOpenPerDevice is out of range; give 1 to 256.")]
    public int MaximumOpenPerDevice { get; set; } = 8;
}

[OptionsValidator]
sealed partial class UploadOptionsValidator : IValidateOptions<UploadOptions>;
