using System.Diagnostics.Metrics;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>The broker's instruments. No label ever holds what a client wrote, nor a device's id.</summary>
sealed class MqttMetrics
{
    public const string MeterName = "EdgeGateway.Mqtt";

    public MqttMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        Connections = meter.CreateUpDownCounter<long>(
            "edgegateway.mqtt.connections", "{connection}", "Open connections, signed in or not.");
        ConnectionsRefused = meter.CreateCounter<long>(
            "edgegateway.mqtt.connections.refused", "{connection}", "Connections closed before they had signed in, because of their number or a stop, by reason.");
        ConnectionsClosed = meter.CreateCounter<long>(
            "edgegateway.mqtt.connections.closed", "{connection}", "Connections that the broker ended, by reason.");
        SignIns = meter.CreateCounter<long>("edgegateway.mqtt.sign_ins", "{sign-in}", "Devices signed in.");
        SignInsRefused = meter.CreateCounter<long>(
            "edgegateway.mqtt.sign_ins.refused", "{sign-in}", "Sign-ins refused, by reason.");
        Publishes = meter.CreateCounter<long>(
            "edgegateway.mqtt.publishes", "{message}", "Messages taken in, by class and QoS.");
        PublishesRefused = meter.CreateCounter<long>(
            "edgegateway.mqtt.publishes.refused", "{message}", "Messages put into quarantine, by reason.");
        Withheld = meter.CreateCounter<long>(
            "edgegateway.mqtt.acknowledgements.withheld", "{connection}",
            "Connections closed because an acknowledgement could not be given, by reason.");
        BrokersConnected = meter.CreateUpDownCounter<long>("edgegateway.mqtt.brokers.connected", "{broker}", "Outside brokers that the gateway is at, by name.");
        BrokersLost = meter.CreateCounter<long>("edgegateway.mqtt.brokers.lost", "{connection}", "Connections to outside brokers that ended, by name and reason.");
        BrokersRetained = meter.CreateCounter<long>("edgegateway.mqtt.brokers.retained", "{message}", "Retained messages of outside brokers, which are passed over, by name.");
        AcknowledgementDuration = meter.CreateHistogram<double>(
            "edgegateway.mqtt.acknowledgement.duration", "s", "From a publish's arrival to its acknowledgement.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        Receipts = meter.CreateCounter<long>("edgegateway.mqtt.receipts", "{message}", "Receipts sent to MQTT 3.1.1 clients.");
    }

    public UpDownCounter<long> Connections { get; }

    public Counter<long> ConnectionsRefused { get; }

    public Counter<long> ConnectionsClosed { get; }

    public Counter<long> SignIns { get; }

    public Counter<long> SignInsRefused { get; }

    public Counter<long> Publishes { get; }

    public Counter<long> PublishesRefused { get; }

    public Counter<long> Withheld { get; }

    public UpDownCounter<long> BrokersConnected { get; }

    public Counter<long> BrokersLost { get; }

    public Counter<long> BrokersRetained { get; }

    public Histogram<double> AcknowledgementDuration { get; }

    public Counter<long> Receipts { get; }
}
