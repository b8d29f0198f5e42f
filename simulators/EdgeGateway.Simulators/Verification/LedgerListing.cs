using System.Text.Json;
using EdgeGateway.Simulators.Processes;
using EdgeGateway.Simulators.Transcripts;

namespace EdgeGateway.Simulators.Verification;

/// <summary>The ledger's items, as the product's own command lists them.</summary>
static class LedgerListing
{
    /// <summary>From a file with what <c>edgegw evidence list --json</c> printed.</summary>
    /// <exception cref="TranscriptUnreadableException">It is no such list.</exception>
    public static async Task<List<LedgerItem>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await ReadAsync(file, path, cancellationToken);
    }

    /// <summary>Asks the product, one device after the other.</summary>
    /// <param name="edgegw">The product's command line, as words.</param>
    /// <exception cref="TranscriptUnreadableException">What it printed is no such list.</exception>
    /// <exception cref="ProcessFailedException">It failed.</exception>
    public static async Task<List<LedgerItem>> AskAsync(
        IReadOnlyList<string> edgegw, string data, IEnumerable<string> devices, CancellationToken cancellationToken)
    {
        var items = new List<LedgerItem>();
        foreach (var device in devices)
        {
            using var process = ChildProcess.Start(
                edgegw[0], [.. edgegw.Skip(1), "evidence", "list", "--device", device, "--json", "--data", data]);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            TranscriptUnreadableException? unreadable = null;
            try
            {
                items.AddRange(await ReadAsync(process.StandardOutput.BaseStream, $"what 'evidence list --device {device}' printed", cancellationToken));
            }
            catch (TranscriptUnreadableException exception)
            {
                unreadable = exception;
            }

            // Why it failed says more than that its output is cut short.
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new ProcessFailedException($"'evidence list --device {device}' ended with {process.ExitCode}: {(await error).Trim()}");
            }

            if (unreadable is not null) throw unreadable;
        }

        return items;
    }

    static async Task<List<LedgerItem>> ReadAsync(Stream json, string name, CancellationToken cancellationToken)
    {
        var items = new List<LedgerItem>();
        try
        {
            await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(json, LedgerItemJson.Default.LedgerItem, cancellationToken))
            {
                items.Add(item ?? throw new TranscriptUnreadableException($"{name} holds null where an item must be"));
            }
        }
        catch (JsonException exception)
        {
            throw new TranscriptUnreadableException($"{name} is no JSON array of evidence items: {exception.Message}");
        }

        return items;
    }
}
