using System.Globalization;
using System.Security.Cryptography;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Storage.Registry;
using EdgeGateway.Succession;
using EdgeGateway.Texts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Backup;

/// <summary>
/// Makes a data directory out of a backup. The log in it ends where the backup was taken and is never written again: a new one
/// goes on from it, endorsed by the recovery key from paper, and says that what came after the backup is not known here.
/// </summary>
/// <param name="step">Called now and then with what was done.</param>
sealed class RestoreRun(string directory, string data, GatewaySettings settings, IGatewayClock clock, TimeProvider time, Action<string> step)
{
    /// <exception cref="GatewayException">There is something in the data directory already.</exception>
    public void CheckEmpty()
    {
        if (File.Exists(data) || Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            throw Failure.Of("restore.not-empty", data);
        }
    }

    /// <summary>The last log of the backup, which the new one goes on from.</summary>
    public ClosedLedger LastLog() => ClosedLedger.Open(ClosedLedger.FoldersIn(directory)[^1]);

    /// <param name="recovery">From paper.</param>
    /// <exception cref="GatewayException">It is not the recovery key of this ledger; nothing was written.</exception>
    public async Task<RotationResult> RunAsync(BackupManifest manifest, SigningKey recovery, string reason, Actor actor, CancellationToken cancellationToken)
    {
        CheckEmpty();
        var backedUp = LastLog();
        if (!recovery.Verifier.Equals(backedUp.Genesis.RecoveryKey))
        {
            throw Failure.Of("restore.other-paper", recovery.Verifier, backedUp.Origin, backedUp.Genesis.RecoveryKey);
        }

        DurableDirectory.Create(data);
        using var dataLock = DataLock.TryTake(data) ?? throw Failure.Of("data.in-use", data, DataLock.Holder(data));
        RestoreMark.Set(data);
        CopyAll(manifest, cancellationToken);
        var old = ClosedLedger.Open(ClosedLedger.FoldersIn(data)[^1]);
        var result = await SucceedAsync(old, manifest, recovery, reason, actor, cancellationToken);
        RestoreMark.Clear(data);
        return result;
    }

    void CopyAll(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var files = new BackupFiles(data, isSuspect: false);
        var bundles = 0L;
        foreach (var folder in ClosedLedger.FoldersIn(directory))
        {
            var ledger = ClosedLedger.Open(folder);
            new LogCopy(folder, Path.Combine(data, "logs", ledger.Shard), ledger.Size, files)
                .Run(ledger.Key, ledger.Checkpoint.Note, null, () => step($"{++bundles} bundles of entries"), cancellationToken);
        }

        var objects = 0L;
        var (_, damaged) = ObjectCopy.Run(directory, data, files, () => step($"{++objects} objects"), cancellationToken);
        if (damaged is [var name, ..]) throw Failure.Of("restore.bad-object", name, directory);
        foreach (var file in manifest.Files.Keys.Where(file => file != "repeats"))
        {
            // Profiles and settings are for a person to look at and put in their places.
            files.Write(Path.Combine(data, file == "accounts.db" ? file : $"restored/{file}"), File.ReadAllBytes(Path.Combine(directory, file)));
        }

        files.Sync();
    }

    async Task<RotationResult> SucceedAsync(
        ClosedLedger old, BackupManifest manifest, SigningKey recovery, string reason, Actor actor, CancellationToken cancellationToken)
    {
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var key = LedgerKeys.New(Ledger.Succession.NextOrigin(old.Origin, old.Genesis.Previous is null, suffix));
        LedgerKeys.Keep(LedgerHandover.Staging(data), key);
        DateTimeOffset newest;
        using (var last = EntryView.Parse(old.Read(old.Size - 1, 1)[0])) newest = last.At;
        var first = new List<OwnEntry> { Gap(newest, manifest, reason, actor) };
        first.AddRange(Devices(old, cancellationToken).Select(device => CarriedDevice.Entry(device, old, old.Genesis.LeafHash, actor)));

        var endorsement = new Endorsement(EndorsingKey.Recovery, recovery.Sign(old.End, key.Verifier, recovery.Verifier));
        var successor = new Successor(key, recovery.Verifier, old.End, endorsement, newest);
        var repeats = Repeats(await File.ReadAllBytesAsync(Path.Combine(directory, "repeats"), cancellationToken));
        await new NextLog(data, settings, clock, time).MakeAsync(successor, old.Genesis.TimeZone, first, repeats, cancellationToken);
        var handover = new LedgerHandover(data);
        handover.Commit(int.Parse(old.Shard, CultureInfo.InvariantCulture));
        handover.Finish();
        return new RotationResult(old.End, old.Shard, key.Verifier, recovery.Verifier, EndorsingKey.Recovery, first.Count - 1);
    }

    /// <summary>The backup may have been in strange hands, and nothing in the ledger is about this file: only what the entries confirm counts.</summary>
    byte[] Repeats(byte[] records)
    {
        var confirmed = CarriedRepeats.Confirmed(records, [.. ClosedLedger.FoldersIn(data).Reverse().Select(ClosedLedger.Open)]);
        var left = (records.Length - confirmed.Length) / CarriedRepeats.RecordBytes;
        if (left > 0) step($"{left} of {records.Length / CarriedRepeats.RecordBytes} known repeats are not what their entries say, or erased: left out");
        return confirmed;
    }

    OwnEntry Gap(DateTimeOffset from, BackupManifest manifest, string reason, Actor actor) => new OwnEntry(EntryKind.Gap, Subjects.Gateway, body =>
    {
        body.Name("from"u8);
        body.Time(from);
        body.Name("lost"u8);
        body.Ascii("unknown"u8);
        body.Name("reason"u8);
        body.Ascii("restored"u8);
        body.Name("to"u8);
        body.Time(time.GetUtcNow());
    })
    {
        Private = json =>
        {
            json.Name("backupAt"u8);
            json.Time(manifest.TakenAt);
            json.Name("by"u8);
            json.String(actor.Account);
            json.Name("why"u8);
            json.String(reason);
        },
    }.MadeBy(actor);

    static List<RegisteredDevice> Devices(ClosedLedger old, CancellationToken cancellationToken)
    {
        using var views = LedgerViews.Open(Path.Combine(old.Folder, "views"), old, NullLogger.Instance);
        while (views.Position < old.Size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ViewUpdater.CatchUp(old, views, ViewUpdater.DefaultBatch);
        }

        return [.. views.Devices()];
    }
}
