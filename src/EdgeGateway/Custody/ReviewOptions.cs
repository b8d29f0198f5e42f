using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Custody;

/// <summary>Settings <c>Review:*</c>.</summary>
sealed class ReviewOptions
{
    /// <summary>
    /// Days from receipt within which a record is to be reviewed, 1 to 365. Five is what 道路交通安全违法行为处理程序规定
    /// art. 19 has in its 2020 text; the older one had ten.
    /// </summary>
    [Range(1, 365, ErrorMessage = "Review:DueDays is out of range; give 1 to 365.")]
    public int DueDays { get; set; } = 5;
}

[OptionsValidator]
sealed partial class ReviewOptionsValidator : IValidateOptions<ReviewOptions>;
