using System.Diagnostics.Metrics;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Serial;
using EdgeGateway.Devices.Serial.Hj212;
using EdgeGateway.Evidence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Support;

/// <summary>The serial wire in a host of its own, registered as the gateway does.</summary>
sealed class SerialTestWire : IAsyncDisposable
{
    readonly IHost _host;

    SerialTestWire(IHost host, SerialTestSealer sealer, SerialTestPresence presence, FakeTimeProvider time)
    {
        Presence = presence;
        _host = host;
        Sealer = sealer;
        Time = time;
    }

    public SerialTestSealer Sealer { get; }

    public SerialTestPresence Presence { get; }

    public FakeTimeProvider Time { get; }

    public IHj212Requests Requests => _host.Services.GetRequiredService<IHj212Requests>();

    public IHostApplicationLifetime Lifetime => _host.Services.GetRequiredService<IHostApplicationLifetime>();

    /// <summary>Listens to one of the lines' counters; dispose it before the wire.</summary>
    public MqttCounter Count(string instrument) =>
        new(_host.Services.GetRequiredService<IMeterFactory>(), instrument, SerialMetrics.MeterName);

    /// <param name="ports">Null for the machine's own.</param>
    public static async Task<SerialTestWire> StartAsync(
        SerialTestDirectory directory, ISerialPorts? ports = null, params (string Key, string Value)[] settings)
    {
        var sealer = new SerialTestSealer();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 5, 0, 0, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services
            .AddLogging(logging => logging.ClearProviders())
            .AddSingleton<TimeProvider>(ports is null ? TimeProvider.System : time)
            .AddSingleton<IDeviceDirectory>(directory)
            .AddSingleton<ISealer>(sealer)
            .AddSingleton<ITelemetry>(sealer)
            .AddSingleton<IRequestSealer>(sealer)
            .AddSingleton<IClockTrust>(sealer);
        if (ports is not null) builder.Services.AddSingleton(ports);
        builder.Services.AddSingleton<IGnssTime>(sealer.Gnss);
        var presence = new SerialTestPresence();
        builder.Services.AddSingleton<IDevicePresence>(presence);
        builder.Services.AddSerialWire();

        var host = builder.Build();
        await host.StartAsync(SerialDeadline.Token);
        return new(host, sealer, presence, time);
    }

    public Task StopAsync() => _host.StopAsync(SerialDeadline.Token);

    /// <summary>Moves the clock in small steps until something has happened: timers may be set only after a step.</summary>
    public async Task<T> PassTimeUntilAsync<T>(Task<T> happens)
    {
        var deadline = SerialDeadline.Token;
        while (!happens.IsCompleted)
        {
            deadline.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await happens;
    }

    /// <summary>Stops the host, passing time: a seal that the test left pending is waited for.</summary>
    public async Task StopInTimeAsync() => await PassTimeUntilAsync(EndedAsync(StopAsync()));

    public async ValueTask DisposeAsync()
    {
        await StopInTimeAsync();
        _host.Dispose();
    }

    static async Task<bool> EndedAsync(Task task)
    {
        await task;
        return true;
    }
}
