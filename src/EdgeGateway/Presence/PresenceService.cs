using EdgeGateway.Devices;
using EdgeGateway.Ingest;
using EdgeGateway.Ledger;
using EdgeGateway.Profiles;
using EdgeGateway.Storage.Ledger;

namespace EdgeGateway.Presence;

/// <summary>Seals when a device is gone and when it is back, and that one identity is at work twice. What can't be sealed now is tried again.</summary>
sealed partial class PresenceService(DevicePresence presence, IDeviceDirectory directory, FileLedger ledger, TimeProvider time, ILogger<PresenceService> logger) : BackgroundService
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            await ExpectAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var notice in presence.Due()) await SealAsync(notice, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not sealed yet shows with the next start.
        }
        catch (LedgerClosedException)
        {
            // The ledger's own failure is told where it is.
        }
    }

    /// <summary>Devices of which the ledger has more than their registration were at work before this start.</summary>
    async Task ExpectAsync(CancellationToken cancellationToken)
    {
        foreach (var device in directory.Current.All.Where(device => device.Profile is { Wire: WireKind.Mqtt or WireKind.Dock or WireKind.Contact or WireKind.Video } or { Framing: ModbusRtuFraming } && device.Broker is null))
        {
            var head = await ledger.FindHeadAsync(Subjects.Device(device.Id.Value), cancellationToken);
            if (head is { } newest && newest.LeafHash != device.RegistryLeaf) presence.Expect(device);
        }
    }

    async Task SealAsync(PresenceNotice notice, CancellationToken cancellationToken)
    {
        var outcome = await Entry(notice).TrySealAsync(ledger, cancellationToken);
        if (!outcome.IsDurable) return;
        presence.Sealed(notice);
        if (notice.Kind == PresenceKind.Contest) LogContest(notice.Device.Id);
        else if (notice.To is null) LogGone(notice.Device.Id, notice.From);
        else LogBack(notice.Device.Id, notice.From);
    }

    static OwnEntry Entry(PresenceNotice notice) => notice.Kind == PresenceKind.Contest
        ? new OwnEntry(EntryKind.Observation, Subjects.Device(notice.Device.Id.Value), body =>
        {
            body.Name("from"u8);
            body.Time(notice.From);
            body.Name("reason"u8);
            body.Ascii("identity-twice"u8);
            body.Name("to"u8);
            body.Time(notice.To!.Value);
        })
        : new OwnEntry(EntryKind.Gap, Subjects.Device(notice.Device.Id.Value), body =>
        {
            body.Name("from"u8);
            body.Time(notice.From);
            body.Name("lost"u8);
            body.Ascii("unknown"u8);
            body.Name("reason"u8);
            body.Ascii(notice.Kind == PresenceKind.Will ? "device-will"u8 : "device-silent"u8);
            if (notice.To is not { } to) return;
            body.Name("to"u8);
            body.Time(to);
        });

    [LoggerMessage(1601, LogLevel.Warning, "Device {Device} is offline since {Since:yyyy-MM-dd HH:mm:ss zzz}")]
    partial void LogGone(DeviceId device, DateTimeOffset since);

    [LoggerMessage(1602, LogLevel.Information, "Device {Device} is back; it was offline since {Since:yyyy-MM-dd HH:mm:ss zzz}")]
    partial void LogBack(DeviceId device, DateTimeOffset since);

    [LoggerMessage(1603, LogLevel.Warning, "Device {Device} is at work twice at once: two senders take the connection from one another. Give it a new credential (edgegw device credential)")]
    partial void LogContest(DeviceId device);
}
