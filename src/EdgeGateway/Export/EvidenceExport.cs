using System.Globalization;
using System.Reflection;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes a bag from what the gateway answers and the objects in its data directory: entry by entry, media through a
/// buffer. The ledger records the export, with the digest that fixes the bag, before the bag gets its name.
/// </summary>
sealed class EvidenceExport(ExportSource source, ExportRequest request, Action<string, long> progress, CancellationToken cancellationToken)
{
    readonly List<ExportedItem> _items = [];
    readonly VerifyCommands _commands = new();

    public async Task<ExportOutcome> RunAsync()
    {
        using var bag = BagWriter.Create(request.Target, request.Rehearsal);
        var head = await source.OpenAsync(request.Items);
        var entries = new EntryFolders(bag, source, _commands, head);
        _commands.Files();
        await entries.AddLedgerAsync();
        _commands.Checkpoint();
        var anchors = new AnchorFolders(bag, entries, request.Media, _commands, head);
        var witnessed = new WitnessedFolders(bag, source, _commands, head);
        foreach (var index in request.Items) await AddItemAsync(bag, entries, anchors, witnessed, head, index);

        AddPages(bag, head);
        bag.Add(BagPath.Information, Information(bag, head));
        var manifest = bag.Close();
        IReadOnlyList<long> custody = [];
        if (!request.Rehearsal)
        {
            custody = await source.SealAsync(request, manifest);
            bag.Publish();
        }

        return new ExportOutcome(
            Path.GetFullPath(request.Target), _items, [.. bag.Files.Select(file => (file.Key, file.Value.Size))], request.Rehearsal ? null : manifest, custody);
    }

    async Task AddItemAsync(BagWriter bag, EntryFolders entries, AnchorFolders anchors, WitnessedFolders witnessed, ExportHead head, long index)
    {
        var links = await source.LinksAsync(index, head.Size);
        var folder = $"data/{index.ToString(CultureInfo.InvariantCulture)}";
        var exported = await entries.AddAsync(folder, index);
        using var entry = EntryView.Parse(exported.Record);
        var mediaType = entry.Body.Text("mediaType"u8) ?? MediaTypes.Unknown;
        var original = await new OriginalFile(bag, request.Media, links.Medium, progress).AddAsync(folder, mediaType, entry, cancellationToken);
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

    void AddPages(BagWriter bag, ExportHead head)
    {
        var list = new EvidenceList(head, request, _items);
        bag.Add("data/list.csv", list.Csv());
        bag.Add("data/list.txt", list.PlainText());
        bag.Add("data/list.html", list.Html());
        var guide = new VerifyGuide(_commands, head, _items);
        bag.Add(BagPath.Guide, guide.Text());
        bag.Add(BagPath.Script, guide.Script());
    }

    string Information(BagWriter bag, ExportHead head)
    {
        var (octets, count) = bag.Payload;
        var chinese = Texts.TextTable.Of("Export", Texts.Language.Chinese);
        var information = new StringBuilder();
        Line("Source-Organization", head.Origin);
        Line("Bagging-Date", head.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Line("Bag-Software-Agent", $"edgegw {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
        Line("Payload-Oxum", string.Create(CultureInfo.InvariantCulture, $"{octets}.{count}"));
        Line("External-Identifier", request.Case);
        Line("External-Description", request.Reason);
        Line("EdgeGateway-Origin", head.Origin);
        Line("EdgeGateway-Log-Key", head.Key.ToString());
        Line("EdgeGateway-Tree-Size", head.Size.ToString(CultureInfo.InvariantCulture));
        Line("EdgeGateway-Exported-At", LedgerTime.Format(head.At));
        Line("EdgeGateway-Exported-By", request.By ?? head.Account);
        Line("EdgeGateway-Account", head.Account);
        Line("EdgeGateway-Items", _items.Count.ToString(CultureInfo.InvariantCulture));
        if (ItemTexts.Warning(_items, chinese) is { } warning) Line("EdgeGateway-Warning", warning);
        foreach (var item in _items)
        {
            Line($"EdgeGateway-Item", $"{item.Index.ToString(CultureInfo.InvariantCulture)}; {ItemTexts.Review(item, chinese)}; {ItemTexts.Trust(item, chinese, head.Zone)}");
        }

        return information.ToString();

        // A value is one line: DisplayText leaves no line break in it.
        void Line(string label, string value) => information.Append(label).Append(": ").Append(DisplayText.Of(value, 8000)).Append('\n');
    }
}
