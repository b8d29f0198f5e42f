using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Ingest;

/// <summary>Settings <c>Ingest:*</c>.</summary>
sealed class IngestOptions
{
    /// <summary>How often telemetry becomes an entry, from 1 second to 1 day; a crash loses at most this much of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Ingest:ObservationInterval is out of range; give 00:00:01 to 1.00:00:00.")]
    public TimeSpan ObservationInterval { get; set; } = TimeSpan.FromMinutes(15);
}

[OptionsValidator]
sealed partial class IngestOptionsValidator : IValidateOptions<IngestOptions>;
