using System.Security.Cryptography;
using EdgeGateway.Cli;
using EdgeGateway.Gateway;
using EdgeGateway.Ledger;
using EdgeGateway.Timestamps;

namespace EdgeGateway.Checks;

/// <summary>Asks each time-stamp authority for a token over random bytes, and keeps nothing of it.</summary>
static class TimestampCheck
{
    const string Name = "time-stamp";

    public static async Task<IReadOnlyList<CheckResult>> RunAsync(CommandLine line, TimeProvider time, CancellationToken cancellationToken)
    {
        TimestampOptions options;
        try
        {
            options = GatewaySettings.Read(line.Configuration).Timestamps;
        }
        catch (GatewayException)
        {
            // Told with the other settings.
            return [];
        }

        if (options.None) return [CheckResult.Good(Name, CheckResult.Text("time-stamp.none"))];
        if (options.Authorities.Count == 0)
        {
            return [CheckResult.Note(Name, CheckResult.Text("time-stamp.not-set"))];
        }

        return await Task.WhenAll(options.Authorities.Select(authority => AskAsync(authority, options, line.Site, time, cancellationToken)));
    }

    static async Task<CheckResult> AskAsync(AuthorityOptions authority, TimestampOptions options, SiteTime site, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var asked = TimestampAuthority.Open(authority, options, time);
            var stamped = await asked.StampAsync(RandomNumberGenerator.GetBytes(Hash.Length), cancellationToken);
            var end = new DateTimeOffset(stamped.Token.Signer.NotAfter);
            var told = CheckResult.Text(
                stamped.Revocation.Count > 0 ? "time-stamp.told" : "time-stamp.told-without", authority.Name, site.Show(stamped.Token.Info.Timestamp), stamped.Token.Info.PolicyId.Value, site.Show(end));
            return end - time.GetUtcNow() < options.RenewBefore ? CheckResult.Note(Name, CheckResult.Text("time-stamp.ends", told)) : CheckResult.Good(Name, told);
        }
        catch (TimestampException e)
        {
            return CheckResult.Bad(Name, CheckResult.Text("time-stamp.failed", authority.Name, e.Message, authority.Url));
        }
        catch (GatewayException e)
        {
            return CheckResult.Bad(Name, e.Message);
        }
    }
}
