using Microsoft.Extensions.Hosting;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// The built-in MQTT broker: sign-ins and subscriptions. It starts before Kestrel listens; when the host stops, it ends after
/// Kestrel's connections and before whatever was registered before it, such as the sealer.
/// </summary>
sealed class MqttWire(DeviceListener listener, SignIn signIn, IMqttNetLogger logger, MqttOptions options, MqttEvents events)
    : IHostedService, IDisposable
{
    // MQTTnet's own time-outs; those that count are DeviceChannel's.
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    // What MQTTnet may hold for a client that does not read.
    const int MaximumPendingMessages = 1000;

    MqttServer? _server;

    bool Listens => MqttPort.TryParse(options.PlainPort, out var port) && port is not null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = new MqttServerOptions
        {
            DefaultCommunicationTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds) + Slack,
            EnablePersistentSessions = false,
            MaxPendingMessagesPerClient = MaximumPendingMessages,
            PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
        };
        _server = new MqttServer(settings, [listener], logger);
        _server.ValidatingConnectionAsync += ValidateAsync;
        _server.InterceptingSubscriptionAsync += SubscribeAsync;
        _server.ClientUnsubscribedTopicAsync += UnsubscribedAsync;
        // Nothing gets here: publishes stay with DeviceChannel. If one ever did, it must not reach another device.
        _server.InterceptingPublishAsync += DiscardAsync;
        await _server.StartAsync();
        if (Listens) events.Started();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        await listener.StopAsync(cancellationToken);
        await _server.StopAsync(new MqttServerStopOptions());
        if (Listens) events.Stopped();
    }

    public void Dispose() => _server?.Dispose();

    Task ValidateAsync(ValidatingConnectionEventArgs attempt)
    {
        var channel = (DeviceChannel)attempt.ChannelAdapter;
        if (signIn.Check(attempt, channel) is not { } session) return Task.CompletedTask;

        attempt.SessionItems[typeof(DeviceChannel)] = channel;
        // Only one that is being closed already.
        if (!listener.TrySignIn(channel, session)) attempt.ReasonCode = MqttConnectReasonCode.ServerUnavailable;

        return Task.CompletedTask;
    }

    static Task SubscribeAsync(InterceptingSubscriptionEventArgs attempt)
    {
        var channel = (DeviceChannel)attempt.SessionItems[typeof(DeviceChannel)]!;
        var filter = attempt.TopicFilter.Topic;
        MqttSubscribeReasonCode? refusal = !SubscriptionPolicy.IsAllowed(channel.Session!.Device.Id, filter)
            ? MqttSubscribeReasonCode.NotAuthorized
            : channel.Receipts.TrySubscribe(filter, attempt.TopicFilter.QualityOfServiceLevel, attempt.Session)
                ? null
                : MqttSubscribeReasonCode.QuotaExceeded;
        if (refusal is { } code)
        {
            attempt.ProcessSubscription = false;
            attempt.Response.ReasonCode = code;
        }

        return Task.CompletedTask;
    }

    static Task UnsubscribedAsync(ClientUnsubscribedTopicEventArgs ended)
    {
        ((DeviceChannel)ended.SessionItems[typeof(DeviceChannel)]!).Receipts.Unsubscribe(ended.TopicFilter);
        return Task.CompletedTask;
    }

    Task DiscardAsync(InterceptingPublishEventArgs publish)
    {
        publish.ProcessPublish = false;
        publish.CloseConnection = true;
        events.BrokerFault(nameof(DiscardAsync), exception: null);
        return Task.CompletedTask;
    }
}
