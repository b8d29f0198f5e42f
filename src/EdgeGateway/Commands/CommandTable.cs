using System.Text.Json.Nodes;
using EdgeGateway.Gateway;
using EdgeGateway.Registry;
using EdgeGateway.Web;

namespace EdgeGateway.Commands;

/// <summary>
/// What can be asked of an open data directory, by name: from the command line on the directory itself, or through the
/// local socket of the gateway that has it. Arguments and answers are JSON, the same both ways.
/// </summary>
sealed class CommandTable(GatewayData data, DeviceRegistrar registrar, TimeProvider time, LiveFigures? live = null)
{
    public delegate Task<JsonNode> Handler(JsonObject arguments, Actor actor, CancellationToken cancellationToken);

    readonly EvidenceCommands _evidence = new(data);
    readonly LedgerCommands _ledger = new(data, time);
    readonly StatusCommands _status = new(data, new LedgerCommands(data, time), live is null ? null : live.ToJson);
    readonly BackupCommands _backup = new(data);
    readonly DeviceCommands _devices = new(data, registrar);

    /// <returns>Null for a name that is no command.</returns>
    public Handler? Find(string name) => name switch
    {
        "evidence-list" => _evidence.ListAsync,
        "evidence-show" => _evidence.ShowAsync,
        "ledger-status" => _ledger.StatusAsync,
        "ledger-prove" => _ledger.ProveAsync,
        "ledger-checkpoint" => _ledger.CheckpointAsync,
        "status" => _status.StatusAsync,
        "device-add" => _devices.AddAsync,
        "device-list" => _devices.ListAsync,
        "device-show" => _devices.ShowAsync,
        "device-credential" => _devices.CredentialAsync,
        "backup-state" => _backup.StateAsync,
        "rebuild" => _ledger.RebuildAsync,
        _ => null,
    };
}

/// <summary>Reads arguments that came as JSON, from this program or from another.</summary>
static class CommandArguments
{
    public static string? Text(this JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string RequiredText(this JsonObject arguments, string name) =>
        arguments.Text(name) ?? throw new GatewayException($"The argument '{name}' is missing.");

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
