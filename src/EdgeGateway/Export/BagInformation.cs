using System.Globalization;
using System.Text;
using EdgeGateway.Bags;
using EdgeGateway.Evidence;
using EdgeGateway.Ledger;
using EdgeGateway.Texts;

namespace EdgeGateway.Export;

/// <summary><c>bag-info.txt</c> (RFC 8493 section 2.2.2).</summary>
/// <param name="logs">That of the items first, then those that go on from it.</param>
/// <param name="earlier">Those before it, the oldest first.</param>
sealed class BagInformation(IReadOnlyList<ExportHead> logs, ExportTerms terms, IReadOnlyList<ExportedItem> items, IReadOnlyList<ExportHead> earlier)
{
    public string Text(BagTarget bag)
    {
        var head = logs[0];
        var (octets, count) = bag.Payload;
        var chinese = TextTable.Of("Export", Language.Chinese);
        var information = new StringBuilder();
        Line("Source-Organization", head.Origin);
        Line("Bagging-Date", terms.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Line("Bag-Software-Agent", terms.Software);
        Line("Payload-Oxum", string.Create(CultureInfo.InvariantCulture, $"{octets}.{count}"));
        Line("External-Identifier", terms.Case);
        Line("External-Description", terms.Reason);
        Line("EdgeGateway-Format", BagFormat.Current.ToString(CultureInfo.InvariantCulture));
        Line("EdgeGateway-Origin", head.Origin);
        Line("EdgeGateway-Log-Key", head.Key.ToString());
        Line("EdgeGateway-Tree-Size", head.Size.ToString(CultureInfo.InvariantCulture));
        foreach (var log in earlier) Line("EdgeGateway-Earlier-Log", Log(log));
        foreach (var log in logs.Skip(1)) Line("EdgeGateway-Later-Log", Log(log));
        Line("EdgeGateway-Exported-At", LedgerTime.Format(terms.At));
        Line("EdgeGateway-Exported-By", terms.By);
        Line("EdgeGateway-Account", terms.Account);
        Line("EdgeGateway-Items", items.Count.ToString(CultureInfo.InvariantCulture));
        if (ItemTexts.Warning(items, chinese) is { } warning) Line("EdgeGateway-Warning", warning);
        foreach (var item in items)
        {
            Line("EdgeGateway-Item", $"{item.Index.ToString(CultureInfo.InvariantCulture)}; {ItemTexts.Review(item, chinese)}; {ItemTexts.Trust(item, chinese, head.Zone)}");
        }

        return information.ToString();

        static string Log(ExportHead log) => string.Create(CultureInfo.InvariantCulture, $"{log.Origin}; {log.Size}; {log.Key}");

        // A value is one line: DisplayText leaves no line break in it.
        void Line(string label, string value) => information.Append(label).Append(": ").Append(DisplayText.Of(value, 8000)).Append('\n');
    }
}
