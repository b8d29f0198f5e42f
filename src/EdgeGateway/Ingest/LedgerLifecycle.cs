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
    public static async Task SealStartAsync(
        FileLedger ledger, ProfileCatalog profiles, string configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        await SealGapsAsync(ledger, time, cancellationToken);
        var profileDigests = DigestsOf(profiles);
        await new OwnEntry(EntryKind.Gateway, Subjects.Gateway, body =>
        {
            body.Name("configuration"u8);
            body.Hex(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(configuration)));
            body.Name("event"u8);
            body.Ascii("start"u8);
            body.Name("executable"u8);
            body.Hex(ExecutableDigest());
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
        }.TrySealAsync(ledger, cancellationToken);
    }

    /// <summary>What opening found and the last stop left out, as <c>gap</c> entries.</summary>
    public static async Task SealGapsAsync(FileLedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        var newest = ledger.NewestAt;
        if (ledger.Recovery.TornFrame is { } torn) await SealGapAsync(ledger, "torn-write", "unsealed-frame", newest, time.GetUtcNow(), torn, cancellationToken);
        if (ledger.Recovery.DamagedCheckpoint is { } checkpoint)
        {
            await SealGapAsync(ledger, "damaged-checkpoint", "none", newest, time.GetUtcNow(), checkpoint, cancellationToken);
        }

        if (ledger.Recovery.Created is null && !await EndedWithStopAsync(ledger, cancellationToken))
        {
            await SealGapAsync(ledger, "unclean-stop", "telemetry", newest, time.GetUtcNow(), null, cancellationToken);
        }
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

    public static Task<Evidence.SealOutcome> SealGapAsync(
        FileLedger ledger, string reason, string lost, DateTimeOffset from, DateTimeOffset to, string? file, CancellationToken cancellationToken) =>
        new OwnEntry(EntryKind.Gap, Subjects.Gateway, body =>
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
        }.TrySealAsync(ledger, cancellationToken);

    /// <summary>Of the assemblies that are ours, in the order of their names: what a rebuilt release can be compared with.</summary>
    static byte[] ExecutableDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(path => Path.GetFileName(path) is var name && (name == "edgegw.dll" || name.StartsWith("EdgeGateway.", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return hash.GetHashAndReset();
    }
}
