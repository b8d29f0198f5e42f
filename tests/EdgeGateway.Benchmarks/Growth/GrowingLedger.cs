using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using EdgeGateway.Clocks;
using EdgeGateway.Devices;
using EdgeGateway.Evidence;
using EdgeGateway.Gateway;
using EdgeGateway.Ingest;
using EdgeGateway.Profiles;
using EdgeGateway.Registry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks.Growth;

/// <summary>What appending cost at one size.</summary>
sealed record AppendCost(double PerSecond, double ProcessorMicroseconds);

/// <summary>Makes a ledger grow by sealing events in this process, as the wires would hand them over.</summary>
static class GrowingLedger
{
    /// <summary>Entries at the end of each step that are timed.</summary>
    public const int Measured = 8_000;

    const int InFlight = 400;

    /// <summary>Grows it to <paramref name="size"/> entries, brings the views up to it, and closes it.</summary>
    public static async Task<AppendCost> GrowAsync(string path, long size, int devices, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var data = await OpenAsync(path, time);
        await RegisterAsync(data, devices, cancellationToken);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var sealer = NewSealer(data, services, time);
        await SealAsync(data, sealer, size - Measured, time, cancellationToken);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var began = time.GetTimestamp();
        var sealedNow = await SealAsync(data, sealer, size, time, cancellationToken);
        var elapsed = time.GetElapsedTime(began);
        processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
        await data.CatchUpViewsAsync(cancellationToken);
        return new AppendCost(sealedNow / elapsed.TotalSeconds, processor.TotalMicroseconds / sealedNow);
    }

    /// <summary>Seals media of random bytes, each an object of its own.</summary>
    /// <returns>Index of the first; the others follow it.</returns>
    public static async Task<long> AddMediaAsync(string path, int count, int bytes, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var data = await OpenAsync(path, time);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var sealer = NewSealer(data, services, time);
        var device = data.Directory.Current.All.First();
        var authentication = new Authentication("secret", "0123456789abcdef", "none");
        var payload = new byte[bytes];
        var first = -1L;
        for (var i = 0; i < count; i++)
        {
            System.Security.Cryptography.RandomNumberGenerator.Fill(payload);
            var outcome = await await sealer.SubmitAsync(ArrivalOf(device, payload, authentication, time), cancellationToken);
            if (first < 0) first = outcome.Index;
        }

        return first;
    }

    static Task<GatewayData> OpenAsync(string path, TimeProvider time) => GatewayData.OpenAsync(
        path, GatewaySettings.Read(new ConfigurationBuilder().Build()), new SystemClock(time), time, NullLoggerFactory.Instance);

    static Sealer NewSealer(GatewayData data, ServiceProvider services, TimeProvider time) => new(
        data.Ledger, data.Objects, new QuarantineLimit(time), new IngestMetrics(services.GetRequiredService<IMeterFactory>()), NullLogger<Sealer>.Instance);

    static async Task RegisterAsync(GatewayData data, int devices, CancellationToken cancellationToken)
    {
        using var registrar = new DeviceRegistrar(data);
        for (var i = data.Directory.Current.All.Count; i < devices; i++)
        {
            await registrar.AddAsync(
                new NewDevice($"device-{i:d5}", "camera-mqtt", new DevicePlace(), new Dictionary<string, string>()), Actor.LocalAdministrator, cancellationToken);
        }
    }

    static async Task<long> SealAsync(GatewayData data, Sealer sealer, long size, TimeProvider time, CancellationToken cancellationToken)
    {
        var devices = data.Directory.Current.All.ToArray();
        var authentication = new Authentication("secret", "0123456789abcdef", "none");
        var pending = new Queue<Task<SealOutcome>>();
        var first = data.Ledger.DurableSize;
        for (var number = first; number < size; number++)
        {
            pending.Enqueue(await sealer.SubmitAsync(EventOf(devices[number % devices.Length], number, authentication, time), cancellationToken));
            if (pending.Count >= InFlight) await pending.Dequeue();
        }

        while (pending.TryDequeue(out var outcome)) await outcome;
        return size - first;
    }

    static Arrival EventOf(Device device, long number, Authentication authentication, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var text = string.Create(CultureInfo.InvariantCulture,
            $$"""{"eventId":"event-{{number}}","capturedAt":"{{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","kind":"passage","lane":2,"filler":"{{new string('x', 200)}}"}""");
        return ArrivalOf(device, Encoding.ASCII.GetBytes(text), authentication, time);
    }

    static Arrival ArrivalOf(Device device, byte[] payload, Authentication authentication, TimeProvider time)
    {
        var rule = device.Profile.Messages.First(message => message.Class == MessageClass.Evidence);
        return new Arrival
        {
            Device = device,
            Message = rule,
            Payload = payload,
            Interpretation = JsonInterpretation.Read(rule, payload),
            Address = $"edgegw/v1/{device.Id}/event/passage",
            Authentication = authentication,
            ReceivedAt = time.GetUtcNow(),
        };
    }
}
