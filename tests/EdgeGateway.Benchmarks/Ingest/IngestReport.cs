using System.Globalization;
using System.Text;

namespace EdgeGateway.Benchmarks.Ingest;

/// <summary>The table of <c>ingest</c>, in Markdown.</summary>
static class IngestReport
{
    public static string Write(IReadOnlyList<IngestRow> rows, string ours, string environment)
    {
        var text = new StringBuilder();
        text.AppendLine("| publishers | broker | messages/s | EdgeGateway ÷ it | p50 ms | p99 ms |");
        text.AppendLine("|---:|---|---:|---:|---:|---:|");
        foreach (var row in rows.OrderBy(row => row.Publishers))
        {
            var own = rows.Single(other => other.Publishers == row.Publishers && other.Target == ours);
            var ratio = row.Target == ours ? "" : (own.PerSecond / row.PerSecond).ToString("F2", CultureInfo.InvariantCulture);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Publishers} | {row.Target} | {row.PerSecond:N0} | {ratio} | {row.Median.TotalMilliseconds:F1} | {row.P99.TotalMilliseconds:F1} |");
        }

        text.AppendLine().AppendLine(environment);
        return text.ToString();
    }
}
