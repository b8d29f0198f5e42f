using System.Text.Json.Nodes;
using static EdgeGateway.Commands.ArgumentType;

namespace EdgeGateway.Commands;

/// <summary>
/// What each command takes. All that came is checked against it before a command begins: what is misspelt or of another type must not
/// count as not given, because then something is done that nobody asked for.
/// </summary>
static class CommandSignatures
{
    static readonly CommandArgument Log = new("log", Text);
    static readonly CommandArgument By = new("by", Text);
    static readonly CommandArgument Reason = new("reason", Text);
    static readonly CommandArgument After = new("after", Number);
    static readonly CommandArgument Id = new("id", Text);
    static readonly CommandArgument OneIndex = new("index", Number);
    static readonly CommandArgument Indices = new("indices", NumberList);
    static readonly CommandArgument Items = new("items", NumberList);
    static readonly CommandArgument DryRun = new("dryRun", Flag);

    public static IReadOnlyDictionary<string, IReadOnlyList<CommandArgument>> All { get; } = new Dictionary<string, IReadOnlyList<CommandArgument>>(StringComparer.Ordinal)
    {
        ["evidence-list"] =
        [
            new("device", Text), new("kind", Text), new("from", Text), new("to", Text), After, new("limit", Number), new("case", Text), new("officer", Text),
            new("review", Text), new("tag", Text), new("trust", Text), Log,
        ],
        ["evidence-show"] = [OneIndex, new("include", Text), Log],
        ["evidence-review"] = [RowsOf("leaf", "result", "reason", "reference"), new("import", Flag), By, DryRun, Log],
        ["evidence-tag"] = [RowsOf("case", "archive", "volume", "page", "officer"), By, DryRun, Log],
        ["evidence-hold"] = [new("case", Text), Reason, By, new("release", Flag)],
        ["evidence-holds"] = [],
        ["evidence-history"] = [OneIndex, new("account", Text), After, Log],
        ["evidence-due"] = [new("asOf", Text), After, new("limit", Number), Log],
        ["evidence-erase"] = [Indices, new("due", Flag), Reason, By, new("asOf", Text), After, DryRun, Log],
        ["evidence-move"] = [Indices, new("medium", Text), new("to", TextList), Reason, By, Log],
        ["evidence-export-open"] = [Items, new("case", Text), Reason, By, new("rehearsal", Flag), new("format", Number), new("software", Text), Log],
        ["evidence-export-entry"] = [OneIndex, new("sizes", NumberList), Log],
        ["evidence-export-seal"] = [Items, new("records", NumberList), new("manifest", Text), Log],
        ["ledger-status"] = [],
        ["ledger-prove"] = [OneIndex, Log],
        ["ledger-timestamp"] = [],
        ["ledger-fingerprints"] = [],
        ["ledger-checkpoint"] = [],
        ["status"] = [],
        ["profile-apply"] = [DryRun],
        ["device-add"] = [Id, new("profile", Text), new("line", Text), new("mn", Text), new("unit", Number), new("values", Fields), new("certificate", Text), new("broker", Text), new("folder", Text), new("stream", Text), new("bench", Flag)],
        ["device-list"] = [],
        ["device-show"] = [Id],
        ["device-strangers"] = [],
        ["device-credential"] = [Id, new("certificate", Text), new("request", Text), new("days", Number)],
        ["device-hj212"] = [Id, new("request", Text), new("interval", Number), new("timeout", Number), new("resends", Number)],
        ["clock-status"] = [],
        ["clock-confirm"] = [Reason],
        ["backup-state"] = [],
        ["rebuild"] = [],
    };

    /// <exception cref="Gateway.GatewayException">Names the option that is not known here, or is of another type.</exception>
    public static void Check(string command, JsonObject arguments) => arguments.Check(All[command]);

    static CommandArgument RowsOf(params ReadOnlySpan<string> columns)
    {
        var all = new List<CommandArgument> { new("index", ItemIndex), new("line", Number), new("origin", Text) };
        foreach (var column in columns) all.Add(new CommandArgument(column, Text));
        return new CommandArgument("rows", Rows) { Columns = all };
    }
}
