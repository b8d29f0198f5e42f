using Microsoft.Extensions.Options;

namespace EdgeGateway.Retention;

/// <summary>Settings <c>Retention:*</c>. A period is a number of months (1 to 1200), <c>permanent</c> or <c>as-case</c>.</summary>
sealed class RetentionOptions
{
    /// <summary>
    /// Of items whose message names no class. Six months is the least that
    /// 公安机关现场执法视音频记录工作规定 art. 13 allows for recorders.
    /// </summary>
    public string Default { get; set; } = "6";

    /// <summary>
    /// <c>as-case</c>: an item that has a case is kept until a person says otherwise, whatever its class (art. 13: evidence in a case is kept for
    /// good). <c>class</c>: its class alone decides.
    /// </summary>
    public string Tagged { get; set; } = "as-case";

    /// <summary><c>manual</c>: a person erases what is due. <c>auto</c>: the gateway does.</summary>
    public string Erase { get; set; } = "manual";

    /// <summary>Periods by the name that profiles use for the class.</summary>
    public Dictionary<string, string> Classes { get; set; } = new(StringComparer.Ordinal);

    public bool IsAutomatic => Erase == "auto";
}

sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    const string Periods = "give a number of months (1 to 1200), permanent or as-case";

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var errors = new List<string>();
        if (!RetentionPeriod.TryParse(options.Default, out _)) errors.Add($"Retention:Default is '{Shown(options.Default)}'; {Periods}.");
        if (options.Tagged is not ("as-case" or "class")) errors.Add($"Retention:Tagged is '{Shown(options.Tagged)}'; give as-case or class.");
        if (options.Erase is not ("manual" or "auto")) errors.Add($"Retention:Erase is '{Shown(options.Erase)}'; give manual or auto.");
        foreach (var (name_, period) in options.Classes)
        {
            if (!Devices.DeviceId.TryParse(name_, out _) || name_ == RetentionRules.DefaultClass)
            {
                errors.Add($"Retention:Classes:{Shown(name_)} is no name for a class; use lower-case letters, digits and hyphens, and another one than '{RetentionRules.DefaultClass}'.");
            }

            if (!RetentionPeriod.TryParse(period, out _)) errors.Add($"Retention:Classes:{Shown(name_)} is '{Shown(period)}'; {Periods}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    static string Shown(string text) => Evidence.DisplayText.Of(text);
}
