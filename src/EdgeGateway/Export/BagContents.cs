using System.Globalization;
using EdgeGateway.Bags;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes everything in a bag but its declaration and manifests. Nothing goes in that does not come from the arguments, so
/// that a verifier, who has them from the bag's proven entries, gets the same bytes.
/// </summary>
/// <param name="logs">A chain, the oldest first, with that of the items and those that go on from it.</param>
sealed class BagContents(IReadOnlyList<ExportLog> logs, BagTarget bag, ExportTerms terms, Action<string, long> progress, CancellationToken cancellationToken)
{
    readonly List<ExportedItem> _items = [];
    readonly VerifyCommands _commands = new();

    // What the records speak for ends here; null without records.
    long? _from;

    /// <summary>Those written so far.</summary>
    public IReadOnlyList<ExportedItem> Items => _items;

    public async Task WriteAsync(IReadOnlyList<ItemLinks> items)
    {
        LogFolders[] all = [.. logs.Select(log => LogFolders.Of(bag, log, _commands))];
        _commands.Files();
        foreach (var log in all) await log.Entries.AddLedgerAsync();
        var succession = new SuccessionFolders(bag, _commands);
        for (var i = 1; i < all.Length; i++) await succession.AddAsync(all[i - 1], all[i]);
        LogFolders[] folders = [.. all.Where(log => log.Log.Number >= 0)];
        var (earlier, heads) = (Heads(log => log.Number < 0), Heads(log => log.Number >= 0));
        var head = heads[0];
        foreach (var links in items) await AddItemAsync(folders, links);
        if (_from is { } from) await AddAfterAsync(folders[^1], from, [.. items.Select(links => (links.Index, links.Record!.Value))]);

        var list = new EvidenceList(head, terms, _items);
        bag.Add(BagPath.Csv, list.Csv());
        bag.Add(BagPath.PlainText, list.PlainText());
        bag.Add(BagPath.Html, list.Html());
        var guide = new VerifyGuide(_commands, heads, _items, earlier);
        bag.Add(BagPath.Guide, guide.Text());
        bag.Add(BagPath.Script, guide.Script());
        bag.Add(BagPath.Information, new BagInformation(heads, terms, _items, earlier).Text(bag));
    }

    List<ExportHead> Heads(Func<ExportLog, bool> wanted) => [.. logs.Where(wanted).Select(log => log.Head)];

    async Task AddItemAsync(LogFolders[] folders, ItemLinks links)
    {
        var own = folders[0];
        var index = links.Index;
        var folder = BagPath.Item(index);
        var exported = await own.Entries.AddAsync(folder, index, mayBeErased: true);
        using var entry = EntryView.Parse(exported.Record);
        var mediaType = entry.Body.Text("mediaType"u8) ?? MediaTypes.Unknown;
        var original = await new OriginalFile(bag, own.Log.Source, links.Medium, progress).AddAsync(folder, mediaType, entry, cancellationToken);
        var item = new ExportedItem
        {
            Index = index,
            LeafHash = exported.LeafHash,
            MediaType = mediaType,
            File = original?.File,
            Digests = original?.Digests,
            Size = entry.Body.Integer("size"u8) ?? 0,
            CapturedAt = entry.Private.Text("capturedAt"u8),
            ReceivedAt = entry.Body.Time("receivedAt"u8) ?? entry.At,
            Review = ReviewState.None,
            Witnessed = links.Witnessed,
        };
        _commands.Item(folder, item);
        if (links.Device is { } device)
        {
            await own.Entries.AddAsync($"{folder}/device", device);
            _commands.Device($"{folder}/device", folder);
        }

        foreach (var (log, at) in links.Entries)
        {
            item = await AddHistoryAsync(folders[log], item, folder, at);
        }

        if (links.Record is { } record)
        {
            item = await AddHistoryAsync(folders[^1], item, folder, record);
            _from = Math.Min(_from ?? long.MaxValue, await SizeOfAsync(folders[^1], record));
            _commands.Complete(folder, record, [.. links.Entries.Select(entry => entry.Log).Append(folders.Length - 1).Distinct()]);
        }

        item = await own.Anchors.AddAsync(item, folder, links);
        foreach (var (log, later) in folders.Skip(1).Zip(links.Later)) item = await log.Anchors.AddLaterAsync(item, later.After);
        foreach (var log in folders) await log.Witnessed.AddAsync(item, folder);
        _items.Add(item);
    }

    static async Task<long> SizeOfAsync(LogFolders log, long record)
    {
        using var entry = EntryView.Parse((await log.Log.Source.EntryAsync(record)).Record);
        return ExportRecord.Read(entry).Size;
    }

    /// <summary>What stands behind the records in the signed tree, as leaves alone.</summary>
    async Task AddAfterAsync(LogFolders log, long from, IReadOnlyList<(long Item, long Record)> records)
    {
        var size = log.Log.Head.Size;
        var known = records.Select(record => record.Record).ToHashSet();
        var after = new List<long>();
        for (var index = from; index < size; index++)
        {
            if (known.Contains(index)) continue;
            cancellationToken.ThrowIfCancellationRequested();
            await log.Entries.AddAsync(AfterEntries.Folder(log.Log.Folder, index), index, leafOnly: true);
            after.Add(index);
        }

        _commands.After(log.Log.Number, from, [.. records], after.Count > 0);
    }

    /// <summary>The last review counts.</summary>
    async Task<ExportedItem> AddHistoryAsync(LogFolders log, ExportedItem item, string folder, long at)
    {
        var place = $"{BagPath.History(folder, log.Log.Number)}{at.ToString(CultureInfo.InvariantCulture)}";
        var exported = await log.Entries.AddAsync(place, at);
        _commands.History(place, folder, item.Index, isLater: log.Log.Number > 0);
        using var entry = EntryView.Parse(exported.Record);
        if (entry.Kind != EntryKind.Review) return item;
        return item with
        {
            Review = entry.Body.Text("result"u8) switch { "passed" => ReviewState.Passed, "failed" => ReviewState.Failed, _ => item.Review },
            ReviewReason = entry.Private.Text("reason"u8),
        };
    }
}

/// <summary>What writes the folders of one log.</summary>
sealed record LogFolders(ExportLog Log, EntryFolders Entries, AnchorFolders Anchors, WitnessedFolders Witnessed)
{
    public static LogFolders Of(BagTarget bag, ExportLog log, VerifyCommands commands)
    {
        var entries = new EntryFolders(bag, log, commands);
        return new LogFolders(log, entries, new AnchorFolders(bag, entries, log, commands), new WitnessedFolders(bag, log, commands));
    }
}
