using System.Text.Json.Nodes;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Fingerprints;
using EdgeGateway.Gateway;
using EdgeGateway.Presence;
using EdgeGateway.Registry;
using EdgeGateway.Storage.Ledger;
using EdgeGateway.Strangers;
using EdgeGateway.Texts;
using EdgeGateway.Timestamps;
using EdgeGateway.Web;

namespace EdgeGateway.Commands;

/// <summary>
/// What can be asked of an open data directory, by name: from the command line on the directory itself, or through the
/// local socket of the gateway that has it. Arguments and answers are JSON, the same both ways.
/// </summary>
sealed class CommandTable(GatewayData data, DeviceRegistrar registrar, TimeProvider time, LiveFigures? live = null, Timestamper? timestamper = null, DevicePresence? presence = null,
    StrangerBook? strangers = null, IHj212Requests? hj212 = null)
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
    readonly BackupCommands _backup = new(data, registrar);
    readonly DeviceCommands _devices = new(data, registrar, time, presence);
    readonly StrangerCommands _strangers = new(strangers);
    readonly Hj212Commands _hj212 = new(data, hj212);
    readonly ProfileCommands _profiles = new(data, registrar);
    readonly ExportCommands _export = new(data, time);

    /// <summary>Refuses arguments that are not those of the command before it begins.</summary>
    /// <returns>Null for a name that is no command.</returns>
    public Handler? Find(string name) => HandlerOf(name) is not { } handler ? null : async (arguments, actor, cancellationToken) =>
    {
        CommandSignatures.Check(name, arguments);
        try
        {
            return await handler(arguments, actor, cancellationToken);
        }
        catch (LedgerClosedException)
        {
            throw Failure.Of("ledger-closed");
        }
    };

    Handler? HandlerOf(string name) => name switch
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
        "profile-apply" => _profiles.ApplyAsync,
        "device-add" => _devices.AddAsync,
        "device-list" => _devices.ListAsync,
        "device-show" => _devices.ShowAsync,
        "device-strangers" => _strangers.ListAsync,
        "device-credential" => _devices.CredentialAsync,
        "device-hj212" => _hj212.AskAsync,
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
