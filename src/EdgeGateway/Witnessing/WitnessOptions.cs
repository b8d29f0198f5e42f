using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Witnessing;

/// <summary>Settings <c>Witness:*</c>: whom we witness, and who witnesses us.</summary>
sealed class WitnessOptions
{
    /// <summary>A file with a line <c>log VKEY</c> for each log that this gateway witnesses; none if empty.</summary>
    public string? Logs { get; set; }

    /// <summary>The C2SP tlog-policy file that names this ledger, its witnesses with their addresses, and the quorum; no witness if empty.</summary>
    public string? Policy { get; set; }

    /// <summary>
    /// Whether proofs and packages leave the house without the policy's quorum (they then say so). Sealing never waits for
    /// a witness.
    /// </summary>
    public bool FailOpen { get; set; } = true;

    /// <summary>How long a witness may take to answer, 1 second to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Witness:Timeout is out of range; give 00:00:01 to 00:01:00.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
sealed partial class WitnessOptionsValidator : IValidateOptions<WitnessOptions>;
