using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>What operators see of one broker. Its name is from the settings; no topic, payload or password. Safe for any number of threads.</summary>
sealed partial class BrokerEvents(string broker, MqttMetrics metrics, TimeProvider time, ILogger logger)
{
    readonly LogThrottle _attempts = new(time);
    readonly LogThrottle _receipts = new(time);
    readonly KeyValuePair<string, object?> _label = new("broker", broker);

    public void Connected(string host, int port, string tls, bool sessionPresent)
    {
        metrics.BrokersConnected.Add(1, _label);
        if (sessionPresent) LogConnected(broker, host, port, tls);
        else LogNewSession(broker, host, port, tls);
    }

    public void Disconnected(BrokerEnd end)
    {
        metrics.BrokersConnected.Add(-1, _label);
        metrics.BrokersLost.Add(1, _label, new("reason", end.Kind));
        LogDisconnected(broker, end.Text);
    }

    public void Closed()
    {
        metrics.BrokersConnected.Add(-1, _label);
        LogClosed(broker);
    }

    public void NotConnected(string reason, TimeSpan pause)
    {
        if (_attempts.TryPass(out _)) LogNotConnected(broker, reason, pause.TotalSeconds);
    }

    public void Refused(IReadOnlyList<string> filters)
    {
        if (filters.Count > 0) LogRefused(broker, filters.Count, string.Join(", ", filters.Take(5)));
    }

    /// <summary>Told now and then: it is the same for each.</summary>
    public void ReceiptRefused(string reason)
    {
        if (_receipts.TryPass(out _)) LogReceiptRefused(broker, reason);
    }

    public void Retained() => metrics.BrokersRetained.Add(1, _label);

    [LoggerMessage(1150, LogLevel.Information, "Connected to broker {Broker} at {Host}:{Port} (TLS {Tls}), and its session goes on")]
    partial void LogConnected(string broker, string host, int port, string tls);

    [LoggerMessage(1151, LogLevel.Warning, "Connected to broker {Broker} at {Host}:{Port} (TLS {Tls}) with a new session: what devices sent before, unless it was taken, is not with the broker any more")]
    partial void LogNewSession(string broker, string host, int port, string tls);

    [LoggerMessage(1152, LogLevel.Warning, "Lost broker {Broker}: {Reason}")]
    partial void LogDisconnected(string broker, string reason);

    [LoggerMessage(1153, LogLevel.Warning, "Broker {Broker} can't be reached: {Reason}; the next attempt is in {Seconds} s")]
    partial void LogNotConnected(string broker, string reason, double seconds);

    [LoggerMessage(1154, LogLevel.Error, "Broker {Broker} refuses {Count} subscriptions: {Filters}. Allow them to this gateway there")]
    partial void LogRefused(string broker, int count, string filters);

    [LoggerMessage(1157, LogLevel.Error, "Broker {Broker} does not take receipts for devices ({Reason}): allow this gateway to publish on edgegw/v1/+/receipt/+ there, or devices keep their media for ever")]
    partial void LogReceiptRefused(string broker, string reason);

    [LoggerMessage(1155, LogLevel.Information, "Left broker {Broker}")]
    partial void LogClosed(string broker);
}
