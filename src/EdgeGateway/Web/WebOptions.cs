using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Web;

/// <summary>Settings <c>Web:*</c>.</summary>
sealed class WebOptions
{
    public const string All = "all";

    /// <summary>Who may fetch the ledger's entries under <c>/ledger/tile/entries/</c>: <c>auditors</c>, or <c>all</c> who can connect. Checkpoint and hash tiles are for all.</summary>
    [Required, RegularExpression("auditors|all", ErrorMessage = "Web:LedgerEntries must be auditors or all.")]
    public string LedgerEntries { get; set; } = "auditors";
}

[OptionsValidator]
sealed partial class WebOptionsValidator : IValidateOptions<WebOptions>;
