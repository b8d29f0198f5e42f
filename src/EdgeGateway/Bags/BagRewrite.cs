using System.Text;
using EdgeGateway.Export;
using EdgeGateway.Gateway;
using EdgeGateway.Texts;

namespace EdgeGateway.Bags;

/// <summary>
/// Writes the bag again from its proven entries, with the code of the export, and compares every byte: what people read and
/// print, what they type after the guide, and all that lies beside it.
/// </summary>
sealed class BagRewrite(BagFolder bag, BagChain chain, BagSteps steps)
{
    const int MaximumBytes = 64 << 20;

    /// <summary>Files that are made from entries, and the step that each is.</summary>
    static readonly (string Step, string File)[] Derived =
    [
        ("list", BagPath.Csv), ("list", BagPath.PlainText), ("list", BagPath.Html), ("guide", BagPath.Guide), ("guide", BagPath.Script), ("information", BagPath.Information),
    ];

    /// <summary>Whether a step is about a file that is made from entries.</summary>
    public static bool IsDerived(string step) => Array.Exists(Derived, derived => derived.Step == step);

    /// <summary>Steps "list", "guide", "information" and "contents".</summary>
    /// <param name="contents">Size and digests of the originals, by path.</param>
    public void Check(IReadOnlyList<BagItem> items, IReadOnlyDictionary<string, BagFile> contents, CancellationToken cancellationToken)
    {
        if (items[0].Record is not { } record) Leave(items, "derived.unbound");
        else if (record.Format != BagFormat.Current) Leave(items, "derived.version", record.Format, BagFormat.Current);
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(chain.Items.TimeZone, out _)) Leave(items, "derived.zone", Evidence.DisplayText.Of(chain.Items.TimeZone));
        else Compare(items, record, contents, cancellationToken);
    }

    void Compare(IReadOnlyList<BagItem> items, ExportRecord record, IReadOnlyDictionary<string, BagFile> contents, CancellationToken cancellationToken)
    {
        var comparison = new BagComparison(bag, contents);
        if (!steps.Try("contents", "", () => Write(comparison, items, record, cancellationToken))) return;
        comparison.Finish();
        foreach (var (step, file) in Derived)
        {
            if (comparison.Differences.TryGetValue(file, out var difference)) steps.Failed(step, file, difference.Text, difference.Values);
            else steps.Good(step, file);
        }

        var others = comparison.Differences.Where(difference => !Array.Exists(Derived, derived => derived.File == difference.Key)).ToList();
        foreach (var (file, difference) in others) steps.Failed("contents", file, difference.Text, difference.Values);
        if (others.Count == 0) steps.Good("contents", "", comparison.Files.Count);
    }

    void Write(BagComparison comparison, IReadOnlyList<BagItem> items, ExportRecord record, CancellationToken cancellationToken)
    {
        var source = new BagSource(bag, chain.Items);
        List<ExportLog> logs = [.. chain.Earlier.Reverse().Concat(chain.Logs).Select(log => new ExportLog(log.Number, Head(log), new BagSource(bag, log)))];
        try
        {
            // Nothing here waits for anything.
            var writing = new BagContents(logs, comparison, ExportTerms.Of(record), (_, _) => { }, cancellationToken);
            writing.WriteAsync([.. items.Select(item => source.Links(item, item.Record!))]).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is GatewayException or ArgumentException)
        {
            throw new BagRefusedException("refused.unreadable", e.Message);
        }
    }

    ExportHead Head(BagLedger log) => new(log.Key, log.Checkpoint.Origin, log.Checkpoint.Size, log.Note.ToString(), log.TimeZone)
    {
        // The log that is written has not ended, and needs none.
        Recovery = log.Number < chain.Logs.Count - 1 ? log.Recovery : null,
        IsSignedByRecovery = !log.Signer.Equals(log.Key),
        OwnCheckpoint = log.OwnNote?.ToString(),
    };

    /// <summary>What can't be compared is open; but what must not be used as evidence for a penalty is marked in a bag of any age.</summary>
    void Leave(IReadOnlyList<BagItem> items, string text, params object?[] values)
    {
        foreach (var (step, file) in Derived)
        {
            if (steps.Try(step, file, () => CheckMarks(file, items))) steps.Open(step, file, text, values);
        }
    }

    /// <summary>行政处罚法 art. 41: on every page and list. The texts are never edited.</summary>
    void CheckMarks(string file, IReadOnlyList<BagItem> items)
    {
        if (file == BagPath.Script) return;
        var text = Encoding.UTF8.GetString(bag.Read(file, MaximumBytes));
        var chinese = TextTable.Of("Export", Language.Chinese);
        foreach (var (state, key) in ((ReviewState, string)[])[(ReviewState.None, "warning.unreviewed"), (ReviewState.Failed, "warning.failed")])
        {
            var indices = string.Join(", ", items.Where(item => item.Review == state).Select(item => item.Index));
            if (indices.Length > 0 && !text.Contains(chinese.Format(key, indices), StringComparison.Ordinal)) throw new BagRefusedException("refused.unmarked", file);
        }
    }
}
