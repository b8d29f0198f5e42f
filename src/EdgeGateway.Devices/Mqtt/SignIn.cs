using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Clocks;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Who may sign in: a registered MQTT device with its id as client id and, where one is given, as user name, and its secret as password
/// or its certificate in the handshake. An unknown device and a wrong credential get the same answer.
/// </summary>
sealed class SignIn(
    ICredentialCheck credentials, IDeviceDirectory directory, MqttReadiness readiness, IClockTrust clockTrust, TimeProvider timeProvider, MqttOptions options, SignInRefusals refusals,
    MqttEvents events)
{
    const string Certificate = "certificate";

    /// <returns>The session, or null: then <paramref name="attempt"/> holds the code and reason for the client.</returns>
    public DeviceSession? Check(ValidatingConnectionEventArgs attempt, DeviceChannel channel)
    {
        var (clientId, certificate) = (channel.ClientId, channel.ClientCertificate);
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

        var id = DeviceId.TryParse(attempt.UserName ?? (certificate is null ? null : clientId), out var parsed) ? parsed : null;
        var authentication = id is null ? null : Authenticate(id.Value, attempt.RawPassword, certificate, channel.Tls);
        var snapshot = directory.Current;
        var device = id is null ? null : snapshot.Find(id.Value);
        if (authentication is null || device is null)
        {
            refusals.Take(known: device is not null, attempt.UserName ?? clientId, attempt.RemoteEndPoint, channel.Tls);
            return Refuse(
                attempt, MqttConnectReasonCode.BadUserNameOrPassword, "credentials",
                certificate is null ? "Unknown device or wrong secret." : "Unknown device, or neither its certificate nor its secret.", device);
        }

        if (authentication.Method == Certificate && !IsGoodNow(certificate!))
        {
            return Refuse(attempt, MqttConnectReasonCode.NotAuthorized, "certificate", "The device's certificate is not valid at this time.", device);
        }

        if (device.Profile.Wire != WireKind.Mqtt)
        {
            return Refuse(attempt, MqttConnectReasonCode.NotAuthorized, "wire", "The profile of this device is not for MQTT.", device);
        }

        events.SignedIn(device, attempt.RemoteEndPoint);
        return new DeviceSession(device, snapshot, authentication, options)
        {
            Version5 = attempt.ProtocolVersion == MqttProtocolVersion.V500,
            TakesProperties = attempt.ProtocolVersion == MqttProtocolVersion.V500
                && attempt is { RequestProblemInformation: true, MaximumPacketSize: 0 or >= 128 },
            MaximumPacketSize = MqttPacketLimit.Of(device.Profile),
            SealWait = SealWait(channel.KeepAlive),
            Silence = 1.5 * TimeSpan.FromSeconds(channel.KeepAlive),
        };
    }

    /// <summary>A device behind a certificate that is not its own may still have a secret, so both are tried.</summary>
    Authentication? Authenticate(string device, byte[]? password, X509Certificate2? certificate, string tls) =>
        certificate is not null && credentials.VerifyCertificate(device, SHA256.HashData(certificate.RawDataMemory.Span)) is { } pinned
            ? new Authentication(Certificate, pinned, tls)
            : password is not null && credentials.Verify(device, password) is { } secret ? new Authentication("secret", secret, tls) : null;

    /// <summary>While this machine's clock is not to be trusted, no date locks anybody out.</summary>
    bool IsGoodNow(X509Certificate2 certificate)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        return (now >= certificate.NotBefore.ToUniversalTime() && now <= certificate.NotAfter.ToUniversalTime()) || !clockTrust.MayDecideByDate;
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
