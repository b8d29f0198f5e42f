using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Takes connections from Kestrel, as many as are allowed, and hands them to MQTTnet.</summary>
sealed class DeviceListener(PublishIntake intake, MqttOptions options, TimeProvider timeProvider, MqttEvents events)
    : IMqttServerAdapter
{
    readonly ConcurrentDictionary<DeviceChannel, TaskCompletionSource> _channels = new();
    int _connections;
    int _strangers;
    volatile bool _stopping;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Runs a connection to its end.</summary>
    public async Task RunAsync(ConnectionContext connection)
    {
        if (ClientHandler is not { } handler || _stopping)
        {
            events.ConnectionRefused("stopping");
            return;
        }

        var connections = Interlocked.Increment(ref _connections);
        var strangers = Interlocked.Increment(ref _strangers);
        try
        {
            if (connections > options.MaximumConnections) events.ConnectionRefused("limit");
            else if (strangers > options.MaximumStrangers) events.ConnectionRefused("strangers");
            else await RunAsync(connection, handler);
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
            Interlocked.Decrement(ref _connections);
        }
    }

    /// <summary>The device on this connection is known from now on.</summary>
    public void SignIn(DeviceChannel channel, DeviceSession session)
    {
        channel.SignIn(session);
        Interlocked.Decrement(ref _strangers);
    }

    /// <summary>
    /// Refuses new connections and reads no more from the others; acknowledgements may still leave, for as long as the options say.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        foreach (var channel in _channels.Keys) channel.Close(MqttDisconnectReasonCode.ServerShuttingDown);
        await Task.WhenAll(_channels.Values.Select(ended => ended.Task)).WaitAsync(cancellationToken);
    }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
    }

    async Task RunAsync(ConnectionContext connection, Func<IMqttChannelAdapter, Task> handler)
    {
        // A client without a keep-alive may vanish too.
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.SetSocketOption(
            SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        using var channel = new DeviceChannel(connection, intake, options, timeProvider, events);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _channels.TryAdd(channel, ended);
        events.ConnectionOpened();
        // When Kestrel stops first, and for a connection that came while StopAsync was looking.
        using var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.UnsafeRegister(
            static channel => ((DeviceChannel)channel!).Close(MqttDisconnectReasonCode.ServerShuttingDown), channel);
        if (_stopping) channel.Close(MqttDisconnectReasonCode.ServerShuttingDown);
        try
        {
            await handler(channel);
        }
        finally
        {
            try
            {
                await channel.EndAsync();
            }
            finally
            {
                events.ConnectionEnded();
                _channels.TryRemove(channel, out _);
                // The caller takes one stranger off, and this was none.
                if (channel.Session is not null) Interlocked.Increment(ref _strangers);
                ended.SetResult();
            }
        }
    }
}
