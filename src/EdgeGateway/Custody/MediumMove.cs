using System.Security.Cryptography;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Files;
using EdgeGateway.Storage.Objects;
using EdgeGateway.Texts;

namespace EdgeGateway.Custody;

/// <summary>What a move did.</summary>
/// <param name="Origin">The log that was asked for.</param>
/// <param name="Items">In whatever log they are: all that have their bytes in these objects.</param>
/// <param name="Kept">Objects that are on the medium, but still here too, because they came in again just now.</param>
sealed record MoveResult(string Origin, IReadOnlyList<(string Origin, long Index)> Items, int Objects, long Bytes, int Kept);

/// <summary>
/// Moves objects to a numbered medium (载体编号): two copies at least, each written, synced and read again from the disk, then
/// the entries that say so, and only then the object here goes. A copy lies where it lay: <c>sha256/ab/cd/&lt;hex&gt;</c>.
/// </summary>
sealed class MediumMove(GatewayData data)
{
    const int BufferBytes = 1 << 20;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    /// <exception cref="GatewayException">An item has no object here, or a copy is not what was sealed; nothing was moved.</exception>
    public async Task<MoveResult> MoveAsync(
        SelectedLog log, IReadOnlyList<long> indices, string medium, IReadOnlyList<string> targets, string? by, string? reason, Actor actor, CancellationToken cancellationToken)
    {
        CheckTargets(targets);
        using var alone = await data.Erasures.EnterAsync(cancellationToken);
        await data.CatchUpViewsAsync(cancellationToken);
        var digests = ObjectsOf(log, indices);
        var bytes = 0L;
        foreach (var digest in digests)
        {
            foreach (var target in targets) await CopyAsync(digest, target, cancellationToken);
            bytes += new FileInfo(data.Objects.PathOf(digest)).Length;
        }

        // Others may have the same bytes, and would look for them here.
        var items = new List<(string Origin, long Index)>();
        var entries = new List<OwnEntry>();
        foreach (var one in SelectedLog.All(data, cancellationToken))
        {
            var lookup = new ItemLookup(one);
            foreach (var index in digests.SelectMany(one.Views().ItemsOfObject).Distinct().Order())
            {
                items.Add((one.Origin, index));
                entries.Add(CustodyEntries.Move(lookup.Find(index, out _, out _)!.Value, medium, by, reason).MadeBy(actor));
            }
        }

        await OwnEntry.SealAllAsync(entries, data.Ledger, cancellationToken);
        await data.Ledger.CheckpointAsync(cancellationToken);
        return new MoveResult(log.Origin, items, digests.Count, bytes, digests.Count(digest => !data.Objects.Remove(digest)));
    }

    void CheckTargets(IReadOnlyList<string> targets)
    {
        var full = targets.Select(target => Path.TrimEndingDirectorySeparator(Path.GetFullPath(target))).ToList();
        if (full.Distinct(StringComparer.Ordinal).Count() < 2) throw Failure.Usage("usage.few", "--to", string.Join(", ", targets), 2);
        foreach (var target in full)
        {
            if (!Directory.Exists(target)) throw Failure.Usage("usage.value", "--to", target, Said.Of("usage.no-directory"));
            if ((target + "/").StartsWith(data.Path + "/", StringComparison.Ordinal)) throw Failure.Usage("usage.value", "--to", target, Said.Of("move.in-data"));
        }

        for (var i = 0; i + 1 < full.Count; i++) CheckApart(full[i..]);
    }

    /// <summary>Two names of one place, by a link or a mount, hold one copy: what is made in the first must not show in another.</summary>
    static void CheckApart(List<string> targets)
    {
        var probe = $".edgegw-{Guid.NewGuid():N}";
        var made = Path.Combine(targets[0], probe);
        File.WriteAllBytes(made, []);
        try
        {
            if (targets.Skip(1).FirstOrDefault(target => File.Exists(Path.Combine(target, probe))) is { } same)
            {
                throw Failure.Usage("usage.value", "--to", same, Said.Of("move.same-place", targets[0]));
            }
        }
        finally
        {
            File.Delete(made);
        }
    }

    List<Hash> ObjectsOf(SelectedLog log, IReadOnlyList<long> indices)
    {
        var evidence = log.Views().FindEvidence(indices).ToDictionary(item => item.Index);
        var errors = new List<string>();
        var digests = new HashSet<Hash>();
        foreach (var index in indices)
        {
            if (!evidence.TryGetValue(index, out var item)) errors.Add(index >= log.Size ? log.NoEntry(index) : Said.Of("move.no-evidence", index));
            else if (log.FindState(index)?.Tombstone is not null) errors.Add(Said.Of("move.erased", index));
            else if (item.Object is not { } digest) errors.Add(Said.Of("move.no-object", index));
            else if (!data.Objects.Exists(digest)) errors.Add(log.FindState(index)?.Medium is { } medium ? Said.Of("move.on-medium", index, Evidence.DisplayText.Of(medium)) : Said.Of("move.missing", index));
            else digests.Add(digest);
        }

        return errors.Count == 0 ? [.. digests] : throw new GatewayException(string.Join('\n', errors));
    }

    async Task CopyAsync(Hash digest, string target, CancellationToken cancellationToken)
    {
        var path = ObjectStore.PathIn(target, digest);
        DurableDirectory.Create(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            using var directory = DurableDirectory.OpenParent(path);
            var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
            try
            {
                using (var copy = DurableFile.Create(temporary, Mode))
                await using (var source = data.Objects.OpenRead(digest))
                {
                    var buffer = new byte[BufferBytes];
                    for (long at = 0; await source.ReadAsync(buffer, cancellationToken) is var read and > 0; at += read) DurableFile.Write(copy, buffer.AsSpan(0, read), at);
                    DurableFile.Sync(copy);
                    DurableFile.Forget(copy);
                }

                DurableFile.Rename(temporary, path);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            directory.Sync();
        }

        await using var written = File.OpenRead(path);
        DurableFile.Forget(written.SafeFileHandle);
        if (new Hash(await SHA256.HashDataAsync(written, cancellationToken)) == digest) return;
        throw Failure.Of("move.bad-copy", path);
    }
}
