using EdgeGateway.Evidence;
using EdgeGateway.Profiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Contacts;

/// <summary>Reads the contacts of every registered device that has some. Opened anew, what they are is sealed anew.</summary>
sealed class ContactWire(
    IDeviceDirectory directory, IContactInputs inputs, ISealer sealer, TimeProvider time, ILogger<ContactWire> logger, IDevicePresence? presence = null)
    : RegistryFollower<DevicePlan>(directory)
{
    protected override IReadOnlyDictionary<string, DevicePlan> Wanted(DeviceSnapshot devices) =>
        devices.All.Where(device => device.Profile.Wire == WireKind.Contact).ToDictionary(device => device.Id.Value, device => new DevicePlan(device));

    protected override Task RunAsync(string name, DevicePlan plan, CancellationToken closing) =>
        new ContactMonitor(plan.Device, inputs, sealer, presence, time, logger).RunAsync(closing);
}

/// <summary>Contacts on the machine's own inputs.</summary>
public static class ContactServiceCollectionExtensions
{
    /// <summary>Needs <see cref="IDeviceDirectory"/>, <see cref="ISealer"/> and <see cref="TimeProvider"/>; register it after the sealer, since hosted services stop in reverse and sources stop first.</summary>
    public static IServiceCollection AddContactWire(this IServiceCollection services) =>
        services.AddSingleton<IContactInputs>(GpioInputs.OfMachine).AddHostedService<ContactWire>();
}
