using System.Net.Sockets;
using System.Security.Authentication;
using EdgeGateway.Evidence;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt.Brokers;

/// <summary>What the gateway asks of a broker, through MQTTnet. Whatever goes wrong is an <see cref="IOException"/> that says what.</summary>
static class BrokerCalls
{
    /// <summary>Filters in one packet: it must stay small enough for any broker.</summary>
    const int Batch = 100;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static MqttClientOptions Session(BrokerOptions options, int maximumPacketBytes, BrokerLink link)
    {
        var session = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(options.Host, options.Port)
            .WithStreamProvider(link)
            .WithClientId(options.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval((uint)TimeSpan.FromHours(options.SessionHours).TotalSeconds)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(options.KeepAliveSeconds))
            .WithReceiveMaximum((ushort)options.ReceiveMaximum)
            .WithMaximumPacketSize((uint)maximumPacketBytes)
            .WithTimeout(Timeout);
        return (options.UserName is { } user ? session.WithCredentials(user, Password(options)) : session).Build();
    }

    /// <returns>Whether the broker still had the session of before.</returns>
    public static Task<bool> ConnectAsync(IMqttClient client, MqttClientOptions options, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var answer = await client.ConnectAsync(options, cancellationToken);
        return answer.ResultCode == MqttClientConnectResultCode.Success
            ? answer.IsSessionPresent
            : throw new IOException($"The broker refused the gateway: {answer.ResultCode}{(string.IsNullOrEmpty(answer.ReasonString) ? "" : $", {DisplayText.Of(answer.ReasonString)}")}.");
    });

    public static Task<IReadOnlyList<string>> SubscribeAsync(IMqttClient client, IEnumerable<string> filters) => AskAsync(async () =>
    {
        var refused = new List<string>();
        foreach (var some in filters.Chunk(Batch))
        {
            var ask = new MqttClientSubscribeOptions();
            foreach (var filter in some)
            {
                ask.TopicFilters.Add(new MqttTopicFilterBuilder().WithTopic(filter).WithAtLeastOnceQoS().WithRetainHandling(MqttRetainHandling.DoNotSendOnSubscribe).Build());
            }

            var answer = await client.SubscribeAsync(ask, CancellationToken.None);
            refused.AddRange(answer.Items.Where(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2).Select(item => $"{item.TopicFilter.Topic} ({item.ResultCode})"));
        }

        return (IReadOnlyList<string>)refused;
    });

    public static Task UnsubscribeAsync(IMqttClient client, IEnumerable<string> filters) => AskAsync(async () =>
    {
        foreach (var some in filters.Chunk(Batch))
        {
            var ask = new MqttClientUnsubscribeOptions();
            ask.TopicFilters.AddRange(some);
            await client.UnsubscribeAsync(ask, CancellationToken.None);
        }

        return true;
    });

    /// <returns>Why the broker did not take it; null where it did.</returns>
    public static Task<string?> PublishAsync(IMqttClient client, string topic, byte[] payload, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        var answer = await client.PublishAsync(message, cancellationToken);
        return answer.IsSuccess ? null : answer.ReasonCode.ToString();
    });

    /// <summary>Says good-bye where somebody still listens.</summary>
    public static async Task DisconnectAsync(IMqttClient client, TimeSpan wait)
    {
        if (!client.IsConnected) return;
        using var deadline = new CancellationTokenSource(wait);
        try
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), deadline.Token);
        }
        catch (Exception e) when (IsBroken(e) || e is OperationCanceledException)
        {
            // It is gone already.
        }
    }

    public static bool IsBroken(Exception e) =>
        e is MqttCommunicationException or MqttProtocolViolationException or IOException or SocketException or AuthenticationException or ObjectDisposedException;

    public static string Reason(MqttClientDisconnectedEventArgs disconnected) => DisplayText.Of(
        disconnected.Exception?.GetBaseException().Message ?? $"{disconnected.Reason}{(string.IsNullOrEmpty(disconnected.ReasonString) ? "" : $", {disconnected.ReasonString}")}");

    public static MqttApplicationMessageReceivedReasonCode Code(RefusalReason? refusal) => refusal switch
    {
        null => MqttApplicationMessageReceivedReasonCode.Success,
        RefusalReason.Oversized => MqttApplicationMessageReceivedReasonCode.QuotaExceeded,
        _ => MqttApplicationMessageReceivedReasonCode.NotAuthorized,
    };

    static byte[] Password(BrokerOptions options)
    {
        if (options.PasswordFile is not { } file) return [];
        try
        {
            using var reader = new StreamReader(file);
            return System.Text.Encoding.UTF8.GetBytes(reader.ReadLine() ?? "");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (IsBroken(e) && e is not IOException)
        {
            throw new IOException(DisplayText.Of(e.GetBaseException().Message), e);
        }
    }
}
