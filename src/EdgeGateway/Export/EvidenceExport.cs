using EdgeGateway.Bags;
using EdgeGateway.Ledger;

namespace EdgeGateway.Export;

/// <summary>
/// Writes a bag from what the gateway answers and the objects in its data directory: entry by entry, media through a
/// buffer. The ledger records what belongs into the bag before it is written, and the digest that fixes it before the
/// bag gets its name.
/// </summary>
sealed class EvidenceExport(ExportSource source, ExportRequest request, Action<string, long> progress, CancellationToken cancellationToken)
{
    public async Task<ExportOutcome> RunAsync()
    {
        using var bag = BagWriter.Create(request.Target, request.Rehearsal);

        // What would stop the export stops it before the ledger says that there was one.
        var plan = await source.OpenAsync(request, rehearsal: true);
        foreach (var links in plan.Items) await CheckOriginalAsync(bag, plan.Logs.First(log => log.Number == 0).Source, links);
        if (!request.Rehearsal) plan = await source.OpenAsync(request, rehearsal: false);

        var contents = new BagContents(plan.Logs, bag, plan.Terms, progress, cancellationToken);
        await contents.WriteAsync(plan.Items);
        var manifest = bag.Close();
        if (!request.Rehearsal)
        {
            await source.SealAsync(request, plan.Items, manifest);
            bag.Publish();
        }

        return new ExportOutcome(
            Path.GetFullPath(request.Target), contents.Items, [.. bag.Files.Select(file => (file.Key, file.Value.Size))], request.Rehearsal ? null : manifest,
            [.. plan.Items.Select(links => links.Record).OfType<long>()]);
    }

    async Task CheckOriginalAsync(BagWriter bag, IExportSource items, ItemLinks links)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var entry = EntryView.Parse((await items.EntryAsync(links.Index)).Record);
        new OriginalFile(bag, items, links.Medium, progress).Check(entry);
    }
}
