using System.Security.Cryptography;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Ingest;

/// <summary>
/// The gateway's own entries: that it started, with what software, settings and profiles; that it stopped; and, when the
/// last stop was none, the gap that this left.
/// </summary>
static class LedgerLifecycle
{
    public static OwnEntry Start(ProfileCatalog profiles, string configuration, byte[] executable)
    {
        var profileDigests = DigestsOf(profiles);
        return new OwnEntry(EntryKind.Gateway, Subjects.Gateway, body =>
        {
            body.Name("configuration"u8);
            body.Hex(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(configuration)));
            body.Name("event"u8);
            body.Ascii("start"u8);
            body.Name("executable"u8);
            body.Hex(executable);
            body.Name("profiles"u8);
            body.Hex(SHA256.HashData(profileDigests.Written));
            body.Name("version"u8);
            body.String(ProductVersion);
        })
        {
            Private = json =>
            {
                json.Name("profiles"u8);
                json.Raw(profileDigests.Written);
            },
        };
    }

    /// <summary>Other profiles are in force from here on.</summary>
    public static OwnEntry Profiles(ProfileCatalog profiles)
    {
        var digests = DigestsOf(profiles);
        return new OwnEntry(EntryKind.Gateway, Subjects.Gateway, body =>
        {
            body.Name("event"u8);
            body.Ascii("profiles"u8);
            body.Name("profiles"u8);
            body.Hex(SHA256.HashData(digests.Written));
        })
        {
            Private = json =>
            {
                json.Name("profiles"u8);
                json.Raw(digests.Written);
            },
        };
    }

    /// <summary>What opening found and the last stop left out, as <c>gap</c> entries to be sealed.</summary>
    public static async Task<IReadOnlyList<OwnEntry>> GapsAsync(FileLedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        var (newest, now) = (ledger.NewestAt, time.GetUtcNow());
        var gaps = new List<OwnEntry>();
        if (ledger.Recovery.TornFrame is { } torn) gaps.Add(Gap("torn-write", "unsealed-frame", newest, now, torn));
        if (ledger.Recovery.DamagedCheckpoint is { } checkpoint) gaps.Add(Gap("damaged-checkpoint", "none", newest, now, checkpoint));
        if (ledger.Recovery.Created is null && !await EndedWithStopAsync(ledger, cancellationToken)) gaps.Add(Gap("unclean-stop", "telemetry", newest, now, null));
        return gaps;
    }

    public static Task SealStopAsync(FileLedger ledger, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Gateway, Subjects.Gateway, body =>
        {
            body.Name("event"u8);
            body.Ascii("stop"u8);
        }).TrySealAsync(ledger, cancellationToken);

    public static string ProductVersion { get; } = typeof(LedgerLifecycle).Assembly.GetName().Version!.ToString(3);

    /// <summary>Id to SHA-256, in the order of the ids: the private part holds it, because a leaf has no room for many.</summary>
    static CanonicalJsonWriter DigestsOf(ProfileCatalog profiles)
    {
        var json = new CanonicalJsonWriter();
        json.BeginObject();
        foreach (var profile in profiles.All)
        {
            json.Name(profile.Id);
            json.Hex(profile.Sha256);
        }

        json.EndObject();
        return json;
    }

    /// <summary>
    /// Or never began: a command may have made the ledger, and registered devices, before the first start. What commands
    /// seal while no gateway runs stands behind the stop; what devices send never does.
    /// </summary>
    static async Task<bool> EndedWithStopAsync(FileLedger ledger, CancellationToken cancellationToken)
    {
        await ledger.CatchUpAsync(cancellationToken);
        for (var index = ledger.Size - 1; index > 0; index--)
        {
            using var entry = EntryView.Parse(ledger.Read(index, 1)[0]);
            if (entry.Kind == EntryKind.Gateway) return entry.Body.Text("event"u8) == "stop";
            if (entry.Kind is EntryKind.Evidence or EntryKind.Quarantine or EntryKind.Observation) return false;
        }

        return true;
    }

    static OwnEntry Gap(string reason, string lost, DateTimeOffset from, DateTimeOffset to, string? file) =>
        new(EntryKind.Gap, Subjects.Gateway, body =>
        {
            body.Name("from"u8);
            body.Time(from);
            body.Name("lost"u8);
            body.String(lost);
            body.Name("reason"u8);
            body.String(reason);
            body.Name("to"u8);
            body.Time(to);
        })
        {
            Private = json =>
            {
                if (file is null) return;
                json.Name("file"u8);
                json.String(file);
            },
        };
}
