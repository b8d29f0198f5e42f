using System.Collections.Concurrent;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Docks;

/// <summary>Looks after one dock: lists what lies there, seals the list, and picks the files up that have settled. One caller at a time.</summary>
sealed class DockStation(DockFolder folder, DockBook book, DockPickup pickup, ISealer sealer, FileLedger ledger, DockOptions options, TimeProvider time, DockEvents events)
    : IDisposable
{
    /// <summary>The disk writes one file while the next is read and digested.</summary>
    const int AtOnce = 2;

    /// <summary>Since when each file is as it is.</summary>
    readonly Dictionary<string, (DockFile File, long Since)> _settling = new(StringComparer.Ordinal);

    /// <summary>A file that could not be read is left alone for so long, unless it changes.</summary>
    static readonly TimeSpan RestAfterFailure = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<DockFile, long> _unreadable = new();

    // While nothing can be picked up, what lies there is not listed again and again.
    IReadOnlyList<DockFile> _listed = [];

    public void Dispose() => book.Dispose();

    /// <summary>One look.</summary>
    /// <exception cref="IOException">The folder is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The gateway may not read it.</exception>
    public async Task LookAsync(Device device, CancellationToken cancellationToken)
    {
        var scan = folder.Scan(options.MaximumFiles);
        if (scan.IsCut) events.Cut(device.Id, options.MaximumFiles);
        var now = time.GetUtcNow();
        var open = scan.Files.Where(file => !book.IsDone(file)).ToList();
        book.Saw(open.Where(file => book.SeenAt(file) is null), now);
        var settled = Settled(open, device.Profile.Dock!.Settle);
        if (settled.Count == 0 || !await ListAsync(device, scan, now, cancellationToken)) return;

        await TakeAllAsync(device, settled, cancellationToken);
    }

    async Task TakeAllAsync(Device device, List<DockFile> settled, CancellationToken cancellationToken)
    {
        var (taken, isFull) = (0, false);
        string? last = null;
        var running = new Queue<(DockFile File, Task<PickupStatus> Taking)>();
        try
        {
            foreach (var file in InOrder(device.Profile, settled))
            {
                // What a message before in the profile is for is sealed before: a dock's log before its clips.
                var message = DockFileRule.Of(device.Profile, file).Rule?.Name;
                while (running.Count > 0 && (running.Count == AtOnce || message != last)) await NextAsync();
                if (isFull) break;
                last = message;
                running.Enqueue((file, Task.Run(() => TakeAsync(device, file, cancellationToken), CancellationToken.None)));
            }

            while (running.Count > 0) await NextAsync();
        }
        finally
        {
            // Also where the book could not be written: the next look must not meet a file that is still on its way.
            foreach (var (_, taking) in running) await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (isFull) events.NoRoom(device.Id);
        else events.Room(device.Id);
        if (taken > 0) events.Taken(device.Id, taken, settled.Count - taken);

        async Task NextAsync()
        {
            var (file, taking) = running.Dequeue();
            var status = await taking;
            if (status is PickupStatus.Sealed or PickupStatus.Refused) book.Done(file);
            if (status == PickupStatus.Sealed) taken++;
            isFull |= status == PickupStatus.NoRoom;
        }
    }

    List<DockFile> Settled(List<DockFile> open, TimeSpan settle)
    {
        foreach (var gone in _settling.Keys.Except(open.Select(file => file.Path)).ToList()) _settling.Remove(gone);
        var settled = new List<DockFile>();
        foreach (var file in open)
        {
            if (!_settling.TryGetValue(file.Path, out var known) || known.File != file) _settling[file.Path] = (file, time.GetTimestamp());
            else if (time.GetElapsedTime(known.Since) >= settle && !IsResting(file)) settled.Add(file);
        }

        return settled;
    }

    bool IsResting(DockFile file)
    {
        if (!_unreadable.TryGetValue(file, out var since)) return false;
        if (time.GetElapsedTime(since) < RestAfterFailure) return true;
        _unreadable.TryRemove(file, out _);
        return false;
    }

    /// <returns>False where it could not be sealed: then no file is picked up before it either.</returns>
    async Task<bool> ListAsync(Device device, DockScan scan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (scan.Files.SequenceEqual(_listed)) return true;
        var listing = DockListing.Of(device.Profile, scan, file => !book.IsDone(file), book.NumberOf);
        var arrival = new Arrival
        {
            Device = device,
            Message = device.Profile.MatchFormat(PayloadFormat.Listing)!,
            Payload = listing.ToJson(folder.Path, now),
            Interpretation = new Interpretation { Verdict = ParseVerdict.Ok },
            Address = folder.Path,
            Authentication = Authentication.Folder,
            ReceivedAt = now,
        };
        var outcome = await await sealer.SubmitAsync(arrival, cancellationToken);
        if (!outcome.IsDurable)
        {
            events.NoRoom(device.Id);
            return false;
        }

        foreach (var run in listing.Runs)
        {
            if (run.Counters.Missing > 0 && !(await FindingOf(device, run, outcome).TrySealAsync(ledger, cancellationToken)).IsDurable) return false;
            if (book.NumberOf(run.Group) != run.Counters.Last) book.Counted(run.Group, run.Counters.Last);
        }

        _listed = scan.Files;
        return true;
    }

    /// <summary>Numbers that are missing are a question to whoever looks after the recorder, and no proof of anything.</summary>
    static OwnEntry FindingOf(Device device, NumberedRun run, SealOutcome listing) => new(EntryKind.Observation, Subjects.Device(device.Id.Value), body =>
    {
        body.Name("first"u8);
        body.Number(run.Counters.First);
        body.Name("last"u8);
        body.Number(run.Counters.Last);
        body.Name("listing"u8);
        body.Number(listing.Index);
        body.Name("message"u8);
        body.String(run.Message);
        body.Name("missing"u8);
        body.Number(run.Counters.Missing);
        body.Name("reason"u8);
        body.Ascii("numbers-missing"u8);
    });

    async Task<PickupStatus> TakeAsync(Device device, DockFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await pickup.TakeAsync(device, folder, file, book.SeenAt(file)!.Value, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Of this file alone: the others are not to wait for it.
            _unreadable[file] = time.GetTimestamp();
            events.NotRead(device.Id, exception);
            return PickupStatus.Changed;
        }
    }

    /// <summary>By the profile's messages, and the oldest first.</summary>
    static IEnumerable<DockFile> InOrder(DeviceProfile profile, List<DockFile> files) => files
        .OrderBy(file => DockFileRule.Of(profile, file).Rule is { } rule ? profile.Messages.TakeWhile(other => other != rule).Count() : profile.Messages.Count)
        .ThenBy(file => file.ModifiedAt)
        .ThenBy(file => file.Path, StringComparer.Ordinal);
}
