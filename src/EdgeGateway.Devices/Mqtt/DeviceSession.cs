using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Who is on a connection since it signed in, and what it is owed.</summary>
sealed class DeviceSession
{
    DeviceSnapshot _snapshot;

    public DeviceSession(Device device, DeviceSnapshot snapshot, Authentication authentication, MqttOptions options)
    {
        _snapshot = snapshot;
        Device = device;
        Authentication = authentication;
        Acknowledgements = Channel.CreateBounded<PendingAcknowledgement>(
            new BoundedChannelOptions(options.ReceiveMaximum) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>The registry entry in force at the last <see cref="Refresh"/>.</summary>
    public Device Device { get; private set; }

    public Authentication Authentication { get; }

    /// <summary>Bounded: when it is full, the connection is not read from.</summary>
    public Channel<PendingAcknowledgement> Acknowledgements { get; }

    public TopicCache Topics { get; } = new();

    public UnreleasedPackets Unreleased { get; } = new();

    public required bool Version5 { get; init; }

    /// <summary>Whether acknowledgements may carry properties: MQTT 5.0 sections 3.1.2.11.7 and 3.4.2.2.</summary>
    public required bool TakesProperties { get; init; }

    /// <summary>In bytes, fixed header and all.</summary>
    public required int MaximumPacketSize { get; init; }

    public required TimeSpan SealWait { get; init; }

    /// <summary>One and a half times what the client announced (section 3.1.2.10); zero means that it may be silent for ever.</summary>
    public required TimeSpan Silence { get; init; }

    /// <returns>
    /// Why the connection must end: the device is no longer registered, or no longer for MQTT, or has another secret by now; or its profile
    /// allows packets of another size than it was told. <see cref="MqttDisconnectReasonCode.NormalDisconnection"/> to go on.
    /// </returns>
    public MqttDisconnectReasonCode Refresh(DeviceSnapshot snapshot, ICredentialCheck credentials)
    {
        if (ReferenceEquals(snapshot, _snapshot)) return MqttDisconnectReasonCode.NormalDisconnection;
        if (snapshot.Find(Device.Id.Value) is not { Profile.Wire: WireKind.Mqtt } device) return MqttDisconnectReasonCode.NotAuthorized;
        if (Authentication.CredentialId is { } credential && !credentials.IsInForce(Device.Id.Value, credential)) return MqttDisconnectReasonCode.NotAuthorized;
        if (MqttPacketLimit.Of(device.Profile) != MaximumPacketSize) return MqttDisconnectReasonCode.AdministrativeAction;
        _snapshot = snapshot;
        Device = device;
        return MqttDisconnectReasonCode.NormalDisconnection;
    }
}
