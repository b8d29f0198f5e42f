using System.Net.Sockets;
using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Mqtt.Brokers;
using EdgeGateway.Evidence;
using EdgeGateway.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Tests.Support;

/// <summary>The gateway as a client of a real broker named <c>site</c>, with doubles behind it. Camera <c>cam-1</c> and so on are at that broker, <c>own-1</c> is not.</summary>
sealed class BrokerStation : IAsyncDisposable
{
    readonly IHost _host;
    readonly MqttLog _log;

    BrokerStation(IHost host, MqttLog log)
    {
        _host = host;
        _log = log;
    }

    public required MqttSealer Sealer { get; init; }

    public required MqttDevices Devices { get; init; }

    public required BrokerFilters Filters { get; init; }

    public IReadOnlyCollection<string> Log => _log.Lines;

    /// <param name="filters">What an earlier gateway of this station left; null for none.</param>
    public static async Task<BrokerStation> StartAsync(SimMosquitto broker, BrokerFilters? filters = null, MqttSealer? sealer = null, MqttDevices? devices = null, params string[] settings)
    {
        devices ??= Cameras(2);
        sealer ??= new MqttSealer();
        filters ??= new BrokerFilters();
        var log = new MqttLog();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (var setting in (string[])
        [
            "Mqtt:PlainPort=off", "Mqtt:TlsPort=off", "Mqtt:Brokers:site:Host=127.0.0.1", $"Mqtt:Brokers:site:Port={broker.Port}", "Mqtt:Brokers:site:Tls=false",
            "Mqtt:Brokers:site:ClientId=edgegw-test", .. settings,
        ])
        {
            builder.Configuration[setting[..setting.IndexOf('=')]] = setting[(setting.IndexOf('=') + 1)..];
        }

        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<ISealer>(sealer).AddSingleton<ITelemetry>(new MqttTelemetry())
            .AddSingleton<IDeviceDirectory>(devices).AddSingleton<ICredentialCheck>(devices).AddSingleton<IClockTrust>(new MqttTrust()).AddSingleton<IDevicePresence>(new MqttPresence()).AddSingleton<IUploads>(new MqttUploads())
            .AddSingleton<IBrokerRoute>(new Straight()).AddSingleton<IBrokerSubscriptions>(filters)
            .AddMqttWire(_ => true).AddBrokerWire();
        var host = builder.Build();
        await host.StartAsync();
        return new BrokerStation(host, log) { Sealer = sealer, Devices = devices, Filters = filters };
    }

    public static MqttDevices Cameras(int count)
    {
        var devices = new MqttDevices();
        devices.Replace([.. Enumerable.Range(1, count).Select(n => Camera($"cam-{n}")), MqttDevices.Device("own-1", MqttDevices.Camera)]);
        return devices;
    }

    public static Device Camera(string id) => MqttDevices.Device(id, MqttDevices.Camera) with { Broker = "site" };

    /// <summary>Ends when the gateway stops by itself.</summary>
    public async Task StoppedAsync()
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(MqttDeadline.Token);
    }

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    sealed class Straight : IBrokerRoute
    {
        public async Task<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(host, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new IOException(e.Message, e);
            }
        }
    }
}

/// <summary>What was subscribed to, in memory; says when it was last settled.</summary>
sealed class BrokerFilters : IBrokerSubscriptions
{
    readonly Channel<bool> _written = Channel.CreateUnbounded<bool>();
    IReadOnlySet<string> _current = new HashSet<string>();

    public IReadOnlySet<string> Current => Volatile.Read(ref _current);

    public IReadOnlySet<string> Read(string broker) => Current;

    public void Write(string broker, IReadOnlyCollection<string> filters)
    {
        Volatile.Write(ref _current, filters.ToHashSet());
        _written.Writer.TryWrite(true);
    }

    /// <summary>Ends once the broker has been told: a change is written before and after.</summary>
    public async Task SettledAsync()
    {
        await _written.Reader.ReadAsync(MqttDeadline.Token);
        await _written.Reader.ReadAsync(MqttDeadline.Token);
    }
}
