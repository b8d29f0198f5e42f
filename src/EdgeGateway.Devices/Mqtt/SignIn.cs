using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Who may sign in: a registered MQTT device with its id as user name and as client id, and its secret as password. An unknown
/// device and a wrong secret get the same answer.
/// </summary>
sealed class SignIn(ICredentialCheck credentials, IDeviceDirectory directory, MqttReadiness readiness, MqttOptions options, MqttEvents events)
{
    /// <param name="clientId">As the client sent it.</param>
    /// <param name="keepAlive">In seconds.</param>
    /// <param name="tls">The version of TLS, as <see cref="Authentication.Tls"/> has it.</param>
    /// <returns>The session, or null: then <paramref name="attempt"/> holds the code and reason for the client.</returns>
    public DeviceSession? Check(ValidatingConnectionEventArgs attempt, string? clientId, ushort keepAlive, string tls)
    {
        if (attempt.ProtocolVersion == MqttProtocolVersion.V310)
        {
            return Refuse(attempt, MqttConnectReasonCode.UnsupportedProtocolVersion, "protocol-version", "Use MQTT 3.1.1 or 5.");
        }

        if (attempt.AuthenticationMethod is not null)
        {
            return Refuse(
                attempt, MqttConnectReasonCode.BadAuthenticationMethod, "authentication-method", "Use a user name and a password.");
        }

        if (!readiness.IsReady)
        {
            return Refuse(attempt, MqttConnectReasonCode.ServerUnavailable, "not-ready", "The gateway is starting. Try again.");
        }

        // Two things that the client itself says, so this tells a stranger nothing.
        if (string.IsNullOrEmpty(clientId) || (attempt.UserName is { } name && clientId != name))
        {
            return Refuse(
                attempt, MqttConnectReasonCode.ClientIdentifierNotValid, "client-id", "The client id must be the device id, as the user name.");
        }

        var credential = DeviceId.TryParse(attempt.UserName, out var id) && attempt.RawPassword is { } secret
            ? credentials.Verify(id.Value, secret)
            : null;
        var snapshot = directory.Current;
        var device = id is null ? null : snapshot.Find(id.Value);
        if (credential is null || device is null)
        {
            return Refuse(attempt, MqttConnectReasonCode.BadUserNameOrPassword, "credentials", "Unknown device or wrong secret.", device);
        }

        if (device.Profile.Wire != WireKind.Mqtt)
        {
            return Refuse(attempt, MqttConnectReasonCode.NotAuthorized, "wire", "The profile of this device is not for MQTT.", device);
        }

        events.SignedIn(device, attempt.RemoteEndPoint);
        return new DeviceSession(device, snapshot, new Authentication("secret", credential, tls), options)
        {
            Version5 = attempt.ProtocolVersion == MqttProtocolVersion.V500,
            TakesProperties = attempt.ProtocolVersion == MqttProtocolVersion.V500
                && attempt is { RequestProblemInformation: true, MaximumPacketSize: 0 or >= 128 },
            MaximumPacketSize = MqttPacketLimit.Of(device.Profile),
            SealWait = SealWait(keepAlive),
            Silence = 1.5 * TimeSpan.FromSeconds(keepAlive),
        };
    }

    TimeSpan SealWait(ushort keepAlive)
    {
        var wait = TimeSpan.FromSeconds(options.SealWaitSeconds);
        var half = TimeSpan.FromSeconds(keepAlive) / 2;
        return keepAlive == 0 || wait < half ? wait : half;
    }

    DeviceSession? Refuse(ValidatingConnectionEventArgs attempt, MqttConnectReasonCode code, string reason, string text, Device? device = null)
    {
        events.SignInRefused(reason, attempt.RemoteEndPoint, device);
        attempt.ReasonCode = code;
        attempt.ReasonString = text;
        return null;
    }
}
