using System.Globalization;
using EdgeGateway.Bags;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes everything in a bag but its declaration and manifests. Nothing goes in that does not come from the arguments, so
/// that a verifier, who has them from the bag's proven entries, gets the same bytes.
/// </summary>
sealed class BagContents(IExportSource source, BagTarget bag, ExportHead head, ExportTerms terms, Action<string, long> progress, CancellationToken cancellationToken)
{
    readonly List<ExportedItem> _items = [];
    readonly VerifyCommands _commands = new();

    /// <summary>Those written so far.</summary>
    public IReadOnlyList<ExportedItem> Items => _items;

    public async Task WriteAsync(IReadOnlyList<ItemLinks> items)
    {
        var entries = new EntryFolders(bag, source, _commands, head);
        _commands.Files();
        await entries.AddLedgerAsync();
        _commands.Checkpoint();
        var anchors = new AnchorFolders(bag, entries, source, _commands, head);
        var witnessed = new WitnessedFolders(bag, source, _commands, head);
        foreach (var links in items) await AddItemAsync(entries, anchors, witnessed, links);

        var list = new EvidenceList(head, terms, _items);
        bag.Add(BagPath.Csv, list.Csv());
        bag.Add(BagPath.PlainText, list.PlainText());
        bag.Add(BagPath.Html, list.Html());
        var guide = new VerifyGuide(_commands, head, _items);
        bag.Add(BagPath.Guide, guide.Text());
        bag.Add(BagPath.Script, guide.Script());
        bag.Add(BagPath.Information, new BagInformation(head, terms, _items).Text(bag));
    }

    async Task AddItemAsync(EntryFolders entries, AnchorFolders anchors, WitnessedFolders witnessed, ItemLinks links)
    {
        var index = links.Index;
        var folder = BagPath.Item(index);
        var exported = await entries.AddAsync(folder, index);
        using var entry = EntryView.Parse(exported.Record);
        var mediaType = entry.Body.Text("mediaType"u8) ?? MediaTypes.Unknown;
        var original = await new OriginalFile(bag, source, links.Medium, progress).AddAsync(folder, mediaType, entry, cancellationToken);
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
            await entries.AddAsync($"{folder}/device", device);
            _commands.Device($"{folder}/device", folder);
        }

        foreach (var at in links.History) item = await AddHistoryAsync(entries, item, folder, at);
        if (links.Record is { } record)
        {
            item = await AddHistoryAsync(entries, item, folder, record);
            _commands.Complete(folder, record);
        }

        item = await anchors.AddAsync(item, folder, links);
        await witnessed.AddAsync(item, folder);
        _items.Add(item);
    }

    /// <summary>The last review counts.</summary>
    async Task<ExportedItem> AddHistoryAsync(EntryFolders entries, ExportedItem item, string folder, long at)
    {
        var place = $"{folder}/history/{at.ToString(CultureInfo.InvariantCulture)}";
        var exported = await entries.AddAsync(place, at);
        _commands.History(place, folder, item.Index);
        using var entry = EntryView.Parse(exported.Record);
        if (entry.Kind != EntryKind.Review) return item;
        return item with
        {
            Review = entry.Body.Text("result"u8) switch { "passed" => ReviewState.Passed, "failed" => ReviewState.Failed, _ => item.Review },
            ReviewReason = entry.Private.Text("reason"u8),
        };
    }
}
