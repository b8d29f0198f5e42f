using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Threading.Channels;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Evidence;
using EdgeGateway.Uploads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;

namespace EdgeGateway.Tests.Support;

/// <summary>The real broker on a free port, with doubles behind it.</summary>
sealed class MqttGateway : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly MqttLog _log;

    MqttGateway(WebApplication app, MqttLog log)
    {
        _app = app;
        _log = log;
    }

    public required MqttSealer Sealer { get; init; }

    public required MqttDevices Devices { get; init; }

    public required MqttTelemetry Telemetry { get; init; }

    public int Port { get; private init; }

    public int TlsPort { get; private init; }

    public required MqttTrust Clock { get; init; }

    public required MqttPresence Presence { get; init; }

    public IReadOnlyCollection<string> Log => _log.Lines;

    public static Task<MqttGateway> StartAsync(params string[] settings) => StartAsync(new MqttSealer(), TimeProvider.System, settings);

    public static async Task<MqttGateway> StartAsync(
        MqttSealer sealer, TimeProvider timeProvider, string[] settings, MqttDevices? devices = null, bool isReady = true,
        IMqttNetLogger? brokerLogger = null)
    {
        devices ??= new MqttDevices();
        var telemetry = new MqttTelemetry();
        var clock = new MqttTrust();
        var presence = new MqttPresence();
        var log = new MqttLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Mqtt:PlainPort"] = "0";
        builder.Configuration["Mqtt:TlsPort"] = "off";
        foreach (var setting in settings) builder.Configuration[setting[..setting.IndexOf('=')]] = setting[(setting.IndexOf('=') + 1)..];
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(timeProvider).AddSingleton<ISealer>(sealer).AddSingleton<ITelemetry>(telemetry)
            .AddSingleton<IDeviceDirectory>(devices).AddSingleton<ICredentialCheck>(devices).AddSingleton<IClockTrust>(clock).AddSingleton<IDevicePresence>(presence).AddSingleton<IServerCertificates, MqttServerCertificate>().AddSingleton<IUploads>(new MqttUploads()).AddMqttWire(_ => isReady);
        if (brokerLogger is not null) builder.Services.AddSingleton(brokerLogger);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenMqtt();
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        await app.StartAsync();
        return new MqttGateway(app, log)
        {
            Sealer = sealer,
            Devices = devices,
            Telemetry = telemetry,
            Clock = clock,
            Presence = presence,
            TlsPort = app.Services.GetRequiredService<MqttEndpoint>().TlsPort ?? 0,
            Port = app.Services.GetRequiredService<MqttEndpoint>().PlainPort ?? 0,
        };
    }

    public Task<MqttSocket> OpenAsync() => MqttSocket.OpenAsync(Port);

    /// <summary>A connection on which the device has signed in.</summary>
    public async Task<MqttSocket> SignInAsync(string device = "cam-1", bool version5 = false, ushort keepAlive = 0)
    {
        var socket = await OpenAsync();
        socket.Version5 = version5;
        await socket.SendAsync(MqttPackets.Connect(device, version5: version5, keepAlive: keepAlive));
        var answer = await socket.ReceiveAsync();
        Assert.Equal((0x20, 0), (answer!.First, answer.Body[1]));
        return socket;
    }

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Listens to one of the broker's counters; dispose it before the gateway.</summary>
    public MqttCounter Count(string instrument) => new(_app.Services.GetRequiredService<IMeterFactory>(), instrument);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        // A fault within the broker, or within a connection of Kestrel's.
        var fault = _log.Lines.FirstOrDefault(line =>
            line.StartsWith("Error", StringComparison.Ordinal) && !line.StartsWith("Error 1106 ", StringComparison.Ordinal));
        Assert.True(fault is null, fault);
    }
}

/// <summary>Keeps what it is told, in words.</summary>
sealed class MqttPresence : IDevicePresence
{
    readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    public async Task<string> NextAsync() => await _told.Reader.ReadAsync(MqttDeadline.Token);

    public bool IsSilent => !_told.Reader.TryPeek(out _);

    public void Connected(Device device, bool tookOver) => _told.Writer.TryWrite($"{device.Id} {(tookOver ? "took over" : "came")}");

    public void Ended(Device device, ConnectionEnd how) => _told.Writer.TryWrite($"{device.Id} {how}");
}

/// <summary>A clock that is trusted or not, as a test says.</summary>
sealed class MqttTrust : IClockTrust
{
    public bool MayDecideByDate { get; set; } = true;

    public string? Why => MayDecideByDate ? null : "It is not.";
}

/// <summary>Of nobody's authority.</summary>
sealed class MqttServerCertificate : IServerCertificates
{
    public SslStreamCertificateContext Current { get; } =
        SslStreamCertificateContext.Create(TestCertificates.Make("CN=localhost", TimeProvider.System.GetUtcNow()), additionalCertificates: null, offline: true);
}

/// <summary>What one counter was given, with its labels.</summary>
sealed class MqttCounter : IDisposable
{
    readonly MeterListener _listener = new();
    readonly List<string> _labels = [];
    long _sum;
    long _raised;

    public MqttCounter(IMeterFactory meters, string instrument, string meterName = MqttMetrics.MeterName)
    {
        var meter = meters.Create(meterName);
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (ReferenceEquals(published.Meter, meter) && published.Name == instrument) listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (_labels)
            {
                _sum += value;
                if (value > 0) _raised += value;
                foreach (var tag in tags) _labels.Add($"{tag.Key}={tag.Value}");
            }
        });
        _listener.Start();
    }

    public long Sum
    {
        get
        {
            lock (_labels) return _sum;
        }
    }

    /// <summary>What was added, whatever was taken off again.</summary>
    public long Raised
    {
        get
        {
            lock (_labels) return _raised;
        }
    }

    public string[] Labels
    {
        get
        {
            lock (_labels) return [.. _labels];
        }
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>Keeps every line of the log.</summary>
sealed class MqttLog : ILoggerProvider, ILogger
{
    readonly List<string> _lines = [];

    public IReadOnlyCollection<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
