using System.Threading.Channels;
using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Contacts;

/// <summary>Reads the contacts of every registered device that has some, as the registry changes.</summary>
sealed class ContactWire(
    IDeviceDirectory directory, IContactInputs inputs, ISealer sealer, TimeProvider time, ILogger<ContactWire> logger, IDevicePresence? presence = null) : BackgroundService
{
    readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One slot is enough to say "look again": what does not fit is said already.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void Signal() => changed.Writer.TryWrite(true);
        directory.Changed += Signal;
        try
        {
            Signal();
            var look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            while (true)
            {
                await await Task.WhenAny([look, .. _open.Values.Select(open => open.Running)]);
                await ReconcileAsync(stoppingToken);
                look = changed.Reader.ReadAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: sources close first.
        }
        finally
        {
            directory.Changed -= Signal;
            foreach (var id in _open.Keys.ToList()) await CloseAsync(id);
        }
    }

    async Task ReconcileAsync(CancellationToken stoppingToken)
    {
        var wanted = directory.Current.All.Where(device => device.Profile.Wire == WireKind.Contact).ToDictionary(device => device.Id.Value);

        // Under another profile, and where the registry says something new, they are opened anew, and what they are is sealed with that.
        foreach (var id in _open.Keys.Where(id => !wanted.TryGetValue(id, out var device) || device.Profile.Sha256 != _open[id].Device.Profile.Sha256 || device.RegistryLeaf != _open[id].Device.RegistryLeaf).ToList()) await CloseAsync(id);
        foreach (var (id, device) in wanted)
        {
            if (_open.ContainsKey(id)) continue;
            var closing = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _open[id] = new(device, closing, new ContactMonitor(device, inputs, sealer, presence, time, logger).RunAsync(closing.Token));
        }
    }

    async Task CloseAsync(string id)
    {
        _open.Remove(id, out var open);
        await open!.Closing.CancelAsync();
        await open.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        open.Closing.Dispose();
    }

    sealed record Open(Device Device, CancellationTokenSource Closing, Task Running);
}

/// <summary>Contacts on the machine's own inputs.</summary>
public static class ContactServiceCollectionExtensions
{
    /// <summary>Needs <see cref="IDeviceDirectory"/>, <see cref="ISealer"/> and <see cref="TimeProvider"/>; register it after the sealer, since hosted services stop in reverse and sources stop first.</summary>
    public static IServiceCollection AddContactWire(this IServiceCollection services) =>
        services.AddSingleton<IContactInputs>(GpioInputs.OfMachine).AddHostedService<ContactWire>();
}
