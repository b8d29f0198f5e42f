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

        if (options.None) return [CheckResult.Good(Name, "none at this site, as Timestamps:None says: a time is only as good as this machine's clock")];
        if (options.Authorities.Count == 0)
        {
            return [CheckResult.Note(Name, "no authority is set, so a time is only as good as this machine's clock: set Timestamps:Authorities, or Timestamps:None=true if there is none at this site")];
        }

        return await Task.WhenAll(options.Authorities.Select(authority => AskAsync(authority, options, time, cancellationToken)));
    }

    static async Task<CheckResult> AskAsync(AuthorityOptions authority, TimestampOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var asked = TimestampAuthority.Open(authority, options, time);
            var stamped = await asked.StampAsync(RandomNumberGenerator.GetBytes(Hash.Length), cancellationToken);
            var end = new DateTimeOffset(stamped.Token.Signer.NotAfter);
            var told = $"{authority.Name} says {LedgerTime.Format(stamped.Token.Info.Timestamp)}, policy {stamped.Token.Info.PolicyId.Value}, certificate until {LedgerTime.Format(end)}, "
                + $"{(stamped.Revocation.Count > 0 ? "with" : "without")} revocation data";
            return end - time.GetUtcNow() < options.RenewBefore ? CheckResult.Note(Name, $"{told}: it ends soon; ask the authority for its next one") : CheckResult.Good(Name, told);
        }
        catch (TimestampException e)
        {
            return CheckResult.Bad(Name, $"{authority.Name} gave no token: {e.Message} Evidence is sealed all the same; see that '{authority.Url}' can be reached from here and that its roots are the right ones");
        }
        catch (GatewayException e)
        {
            return CheckResult.Bad(Name, e.Message);
        }
    }
}
