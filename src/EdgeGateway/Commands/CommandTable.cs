using System.Text.Json.Nodes;
using EdgeGateway.Fingerprints;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Timestamps;
using EdgeGateway.Web;

namespace EdgeGateway.Commands;

/// <summary>
/// What can be asked of an open data directory, by name: from the command line on the directory itself, or through the
/// local socket of the gateway that has it. Arguments and answers are JSON, the same both ways.
/// </summary>
sealed class CommandTable(GatewayData data, DeviceRegistrar registrar, TimeProvider time, LiveFigures? live = null, Timestamper? timestamper = null)
{
    public delegate Task<JsonNode> Handler(JsonObject arguments, Actor actor, CancellationToken cancellationToken);

    readonly EvidenceCommands _evidence = new(data, new Custody.ViewLog(data, time), time);
    readonly ReviewCommands _review = new(data);
    readonly FilingCommands _filing = new(data);
    readonly RetentionCommands _retention = new(data);
    readonly LedgerCommands _ledger = new(data, time);
    readonly StatusCommands _status = new(data, new LedgerCommands(data, time), live is null ? null : live.ToJson);
    readonly TimestampCommands _timestamps = new(data, timestamper ?? new Timestamper(data, time));
    readonly FingerprintCommands _fingerprints = new(data, time);
    readonly ClockCommands _clock = new(data);
    readonly BackupCommands _backup = new(data);
    readonly DeviceCommands _devices = new(data, registrar);
    readonly ExportCommands _export = new(data, time);

    /// <returns>Null for a name that is no command.</returns>
    public Handler? Find(string name) => name switch
    {
        "evidence-list" => _evidence.ListAsync,
        "evidence-show" => _evidence.ShowAsync,
        "evidence-review" => _review.ReviewAsync,
        "evidence-tag" => _filing.TagAsync,
        "evidence-hold" => _filing.HoldAsync,
        "evidence-holds" => _filing.HoldsAsync,
        "evidence-history" => _filing.HistoryAsync,
        "evidence-due" => _retention.DueAsync,
        "evidence-erase" => _retention.EraseAsync,
        "evidence-move" => _retention.MoveAsync,
        "evidence-export-open" => _export.OpenAsync,
        "evidence-export-entry" => _export.EntryAsync,
        "evidence-export-seal" => _export.SealAsync,
        "ledger-status" => LedgerStatusAsync,
        "ledger-prove" => _ledger.ProveAsync,
        "ledger-timestamp" => _timestamps.TimestampAsync,
        "ledger-fingerprints" => _fingerprints.ShowAsync,
        "ledger-checkpoint" => _ledger.CheckpointAsync,
        "status" => _status.StatusAsync,
        "device-add" => _devices.AddAsync,
        "device-list" => _devices.ListAsync,
        "device-show" => _devices.ShowAsync,
        "device-credential" => _devices.CredentialAsync,
        "clock-status" => _clock.StatusAsync,
        "clock-confirm" => _clock.ConfirmAsync,
        "backup-state" => _backup.StateAsync,
        "rebuild" => _ledger.RebuildAsync,
        _ => null,
    };

    async Task<JsonNode> LedgerStatusAsync(JsonObject arguments, Actor actor, CancellationToken cancellationToken)
    {
        var status = await _ledger.StatusAsync(arguments, actor, cancellationToken);
        status["timestamps"] = await _timestamps.StatusAsync(cancellationToken);
        return status;
    }
}

/// <summary>Reads arguments that came as JSON, from this program or from another.</summary>
static class CommandArguments
{
    public static string? Text(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string RequiredText(this JsonObject arguments, string name) =>
        arguments.Text(name) ?? throw new GatewayException($"The argument '{name}' is missing.");

    /// <exception cref="GatewayException">It is longer than <paramref name="maximum"/> characters.</exception>
    public static string? Text(this JsonObject arguments, string name, int maximum) =>
        arguments.Text(name) is not { } text || text.Length <= maximum ? arguments.Text(name)
        : throw new GatewayException($"'{name}' has {text.Length} characters; {maximum} are allowed.");

    public static bool Flag(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static IReadOnlyList<long> Numbers(this JsonObject arguments, string name) => arguments[name] is JsonArray array
        ? [.. array.Select(item => item is JsonValue value && value.TryGetValue<long>(out var number)
            ? number
            : throw new GatewayException($"The argument '{name}' is not a list of numbers."))]
        : [];

    public static long? Number(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonObject arguments, string name) =>
        arguments.Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new GatewayException($"'{Evidence.DisplayText.Of(text)}' is no time for '{name}': write 2026-11-22T08:00:00+08:00 or 2026-11-22.");

    /// <summary>As the ledger writes times; null stays null.</summary>
    public static string? Text(DateTimeOffset? time) => time is { } value ? Ledger.LedgerTime.Format(value) : null;
}
