using System.ComponentModel.DataAnnotations;
using System.Globalization;
using EdgeGateway.Outbound;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Timestamps;

/// <summary>Settings <c>Timestamps:*</c>: who vouches for the time, how often it is asked, and when somebody is told.</summary>
sealed class TimestampOptions
{
    /// <summary>There is no authority at this site, and that is known: nothing is asked and nothing raises an alarm.</summary>
    public bool None { get; set; }

    /// <summary>In the order in which they are asked.</summary>
    public IReadOnlyList<AuthorityOptions> Authorities { get; set; } = [];

    /// <summary>Whether each authority is asked every time; else the first that answers is enough.</summary>
    public bool All { get; set; }

    /// <summary>How often the newest checkpoint is stamped when there is news, 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Timestamps:Interval is out of range; give 00:00:01 to 1.00:00:00.")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one request may take, 1 second to 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00", ErrorMessage = "Timestamps:Timeout is out of range; give 00:00:01 to 00:02:00.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait before an authority that failed is asked again, 1 second to 1 day; waits begin at the interval and double.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Timestamps:LongestRetry is out of range; give 00:00:01 to 1.00:00:00.")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Messages (as profiles name them) whose entries get a token of their own.</summary>
    public IReadOnlyList<string> Items { get; set; } = [];

    /// <summary>So many such entries may wait, 1 to 100,000; older ones then make do with the checkpoint's token.</summary>
    [Range(1, 100_000, ErrorMessage = "Timestamps:WaitingItems is out of range; give 1 to 100000.")]
    public int WaitingItems { get; set; } = 1000;

    /// <summary>How long before the newest token's certificate ends a new token is asked for without news, 1 minute to 1,000 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1000.00:00:00", ErrorMessage = "Timestamps:RenewBefore is out of range; give 00:01:00 to 1000.00:00:00.")]
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromDays(30);

    /// <summary>An entry that waits longer than this for a token raises an alarm, 1 second to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "Timestamps:AlarmAfter is out of range; give 00:00:01 to 30.00:00:00.")]
    public TimeSpan AlarmAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Hosts as <c>host:port</c>, beside the authorities' own, from which revocation lists may be fetched.</summary>
    public IReadOnlyList<string> RevocationHosts { get; set; } = [];

    /// <summary>From which day on (UTC) a hash algorithm is no longer relied upon, e.g. <c>sha-256</c>: <c>2045-01-01</c>.</summary>
    public IReadOnlyDictionary<string, DateOnly> HashEnds { get; set; } = new Dictionary<string, DateOnly>();

    /// <summary>The first moment of that day; null for an algorithm without one.</summary>
    public DateTimeOffset? EndOfHash(string algorithm) =>
        HashEnds.Where(pair => string.Equals(pair.Key, algorithm, StringComparison.OrdinalIgnoreCase))
            .Select(pair => (DateTimeOffset?)new DateTimeOffset(pair.Value.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)).FirstOrDefault();
}

/// <summary>One time-stamp authority, <c>Timestamps:Authorities:N:*</c>.</summary>
sealed class AuthorityOptions
{
    /// <summary>How entries and messages call it: 1 to 64 letters, digits, dots and hyphens.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it answers (RFC 3161 over HTTP).</summary>
    public string Url { get; set; } = "";

    /// <summary>PEM file with the root certificates that its certificate must lead to.</summary>
    public string Roots { get; set; } = "";

    /// <summary>OID of the policy that the token must be under; null takes the authority's own.</summary>
    public string? Policy { get; set; }
}

[OptionsValidator]
sealed partial class TimestampRangesValidator : IValidateOptions<TimestampOptions>;

/// <summary>Ranges, and what no range can say. Files are looked at when an authority is made.</summary>
sealed class TimestampOptionsValidator : IValidateOptions<TimestampOptions>
{
    const int MaximumAuthorities = 16;

    public ValidateOptionsResult Validate(string? name, TimestampOptions options)
    {
        var errors = new List<string>(new TimestampRangesValidator().Validate(name, options).Failures ?? []);
        if (options.None && options.Authorities.Count > 0)
        {
            errors.Add("Timestamps:None says that there is no authority at this site, but Timestamps:Authorities names some; leave one of them out.");
        }

        if (options.Authorities.Count > MaximumAuthorities) errors.Add($"Timestamps:Authorities has {options.Authorities.Count}; give at most {MaximumAuthorities}.");
        for (var i = 0; i < options.Authorities.Count; i++) errors.AddRange(Of(options.Authorities[i], $"Timestamps:Authorities:{i}"));
        errors.AddRange(options.Authorities.GroupBy(authority => authority.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1)
            .Select(group => $"Timestamps:Authorities has the name '{Shown(group.Key)}' more than once; give each its own."));
        errors.AddRange(options.RevocationHosts.Where(host => !OutboundTarget.TryParse(host, out _))
            .Select(host => $"Timestamps:RevocationHosts has '{Shown(host)}'; write host:port, e.g. crl.example.cn:80."));
        errors.AddRange(options.HashEnds.Keys.Where(hash => !string.Equals(hash, "sha-256", StringComparison.OrdinalIgnoreCase))
            .Select(hash => $"Timestamps:HashEnds has '{Shown(hash)}'; tokens are made with sha-256."));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    static IEnumerable<string> Of(AuthorityOptions authority, string key)
    {
        if (authority.Name.Length is 0 or > 64 || !authority.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
        {
            yield return $"{key}:Name is '{Shown(authority.Name)}'; give 1 to 64 letters, digits, dots and hyphens.";
        }

        if (!Uri.TryCreate(authority.Url, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.UserInfo.Length > 0)
        {
            yield return $"{key}:Url is '{Shown(authority.Url)}'; give an http or https address without a password.";
        }

        if (authority.Roots.Length == 0) yield return $"{key}:Roots is missing; give the PEM file with the root certificates to trust.";
        if (authority.Policy is { } policy && !IsOid(policy)) yield return $"{key}:Policy is '{Shown(policy)}'; give an OID such as 1.2.3.4.1.";
    }

    static bool IsOid(string text)
    {
        var arcs = text.Split('.');
        return arcs.Length is >= 2 and <= 32 && text.Length <= 128 && arcs[0] is "0" or "1" or "2"
            && arcs.All(arc => arc.Length > 0 && (arc.Length == 1 || arc[0] != '0') && ulong.TryParse(arc, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            && (arcs[0] == "2" || ulong.Parse(arcs[1], CultureInfo.InvariantCulture) < 40);
    }

    static string Shown(string text) => Evidence.DisplayText.Of(text);
}
