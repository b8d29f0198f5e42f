using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Takes connections from Kestrel, as many as are allowed, and hands them to MQTTnet. A device has one at a time: that is seen to
/// here, because MQTTnet, which goes by the client's id, lets the clean-up of an old connection end a new one of that id.
/// </summary>
sealed class DeviceListener(PublishIntake intake, IDevicePresence presence, MqttOptions options, TimeProvider timeProvider, MqttEvents events)
    : IMqttServerAdapter
{
    readonly ConcurrentDictionary<DeviceChannel, TaskCompletionSource> _channels = new();
    readonly ConnectionTable _table = new(options);
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

        using var channel = new DeviceChannel(connection, intake, options, timeProvider, events);
        if (!_table.TryEnter(channel, out var yielding))
        {
            events.ConnectionRefused("limit");
            await channel.EndAsync();
            return;
        }

        if (yielding is not null)
        {
            events.ConnectionRefused("strangers");
            yielding.Close(MqttDisconnectReasonCode.NormalDisconnection);
        }

        await RunAsync(connection, channel, handler);
    }

    /// <summary>The device on this connection is known from now on; its last connection, if there is one still, is closed.</summary>
    /// <returns>False when the connection is to be closed and had to make room for another.</returns>
    public bool TrySignIn(DeviceChannel channel, DeviceSession session)
    {
        if (!_table.TrySignIn(channel, session.Device.Id, out var previous)) return false;
        presence.Connected(session.Device, tookOver: previous is { IsAtWork: true });
        previous?.Close(MqttDisconnectReasonCode.SessionTakenOver);
        channel.SignIn(session);
        return true;
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

    async Task RunAsync(ConnectionContext connection, DeviceChannel channel, Func<IMqttChannelAdapter, Task> handler)
    {
        // A client without a keep-alive may vanish too.
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.SetSocketOption(
            SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
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
                // A stop of the gateway is no absence of the device.
                if (_table.Leave(channel) && !channel.EndsByStop) presence.Ended(channel.Session!.Device, channel.End);
                ended.SetResult();
            }
        }
    }
}
