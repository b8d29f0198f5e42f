using System.Net;
using System.Text.Json;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// What operators see of the broker: every event is counted, and those that a stranger can cause are logged at most every
/// ten seconds each. No secrets, no payloads, and no names but those of registered devices. Safe for any number of threads.
/// </summary>
sealed partial class MqttEvents(MqttMetrics metrics, TimeProvider timeProvider, ILogger<MqttEvents> logger)
{
    static readonly KeyValuePair<string, object?>[] QualityOfService = [new("qos", 0), new("qos", 1), new("qos", 2)];
    static readonly KeyValuePair<string, object?> Evidence = new("class", "evidence");
    static readonly KeyValuePair<string, object?> Telemetry = new("class", "telemetry");

    readonly LogThrottle _connectionsRefused = new(timeProvider);
    readonly LogThrottle _connectionsClosed = new(timeProvider);
    readonly LogThrottle _signInsRefused = new(timeProvider);
    readonly LogThrottle _withheld = new(timeProvider);
    readonly LogThrottle _faults = new(timeProvider);

    public bool WantsDurations => metrics.AcknowledgementDuration.Enabled;

    public void ConnectionOpened() => metrics.Connections.Add(1);

    public void ConnectionEnded() => metrics.Connections.Add(-1);

    /// <param name="reason"><c>limit</c>, <c>strangers</c> (made room for a newer one) or <c>stopping</c>.</param>
    public void ConnectionRefused(string reason)
    {
        metrics.ConnectionsRefused.Add(1, Reason(reason));
        if (_connectionsRefused.TryPass(out var suppressed)) LogConnectionRefused(reason, suppressed);
    }

    public void ConnectionClosed(MqttDisconnectReasonCode reason, EndPoint? remote, Device? device)
    {
        metrics.ConnectionsClosed.Add(1, Reason(Kebab(reason)));
        if (reason is MqttDisconnectReasonCode.SessionTakenOver or MqttDisconnectReasonCode.ServerShuttingDown) return;
        if (_connectionsClosed.TryPass(out var suppressed)) LogConnectionClosed(remote, device?.Id, reason, suppressed);
    }

    public void SignedIn(Device device, EndPoint? remote)
    {
        metrics.SignIns.Add(1);
        LogSignedIn(device.Id, remote);
    }

    /// <param name="device">Only a registered one: a name that a stranger typed may be his password.</param>
    public void SignInRefused(string reason, EndPoint? remote, Device? device)
    {
        metrics.SignInsRefused.Add(1, Reason(reason));
        if (_signInsRefused.TryPass(out var suppressed)) LogSignInRefused(remote, device?.Id, reason, suppressed);
    }

    public void Published(MessageClass messageClass, MqttQualityOfServiceLevel quality) =>
        metrics.Publishes.Add(1, messageClass == MessageClass.Evidence ? Evidence : Telemetry, QualityOfService[(int)quality]);

    public void PublishRefused(RefusalReason reason) => metrics.PublishesRefused.Add(1, Reason(Kebab(reason)));

    /// <param name="reason"><c>unavailable</c> (nothing was sealed), <c>timeout</c> (not known in time) or <c>queue</c> (no room in time).</param>
    public void Withheld(string reason, Device device)
    {
        metrics.Withheld.Add(1, Reason(reason));
        if (_withheld.TryPass(out var suppressed)) LogWithheld(device.Id, reason, suppressed);
    }

    public void Acknowledged(TimeSpan duration) => metrics.AcknowledgementDuration.Record(duration.TotalSeconds);

    public void ReceiptSent() => metrics.Receipts.Add(1);

    public void BrokerFault(string source, Exception? exception)
    {
        if (_faults.TryPass(out var suppressed)) LogBrokerFault(exception, source, suppressed);
    }

    public void Started() => LogStarted();

    public void Stopped() => LogStopped();

    static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    [LoggerMessage(1100, LogLevel.Information, "The MQTT broker is ready")]
    partial void LogStarted();

    [LoggerMessage(1101, LogLevel.Information, "The MQTT broker has stopped")]
    partial void LogStopped();

    [LoggerMessage(1102, LogLevel.Debug, "{Device} signed in from {Remote}")]
    partial void LogSignedIn(DeviceId device, EndPoint? remote);

    [LoggerMessage(1103, LogLevel.Warning, "Refused a sign-in from {Remote} (device {Device}): {Reason}; {Suppressed} more since the last of these lines")]
    partial void LogSignInRefused(EndPoint? remote, DeviceId? device, string reason, long suppressed);

    [LoggerMessage(1104, LogLevel.Warning, "Refused a connection: {Reason}; {Suppressed} more since the last of these lines")]
    partial void LogConnectionRefused(string reason, long suppressed);

    [LoggerMessage(1105, LogLevel.Warning, "Closed the connection of {Remote} (device {Device}): {Reason}; {Suppressed} more since the last of these lines")]
    partial void LogConnectionClosed(EndPoint? remote, DeviceId? device, MqttDisconnectReasonCode reason, long suppressed);

    [LoggerMessage(1106, LogLevel.Error, "A message of {Device} could not be acknowledged ({Reason}), so its connection was closed; {Suppressed} more since the last of these lines")]
    partial void LogWithheld(DeviceId device, string reason, long suppressed);

    [LoggerMessage(1107, LogLevel.Error, "A fault within the MQTT broker ({Source}); {Suppressed} more since the last of these lines")]
    partial void LogBrokerFault(Exception? exception, string source, long suppressed);
}
