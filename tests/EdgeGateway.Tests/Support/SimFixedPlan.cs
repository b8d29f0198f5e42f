using EdgeGateway.Simulators.Devices;

namespace EdgeGateway.Tests.Support;

/// <summary>A device that sends just these messages.</summary>
sealed class SimFixedPlan(params PlannedMessage[] messages) : IDevicePlan
{
    public string Device => messages[0].Device;

    public IEnumerable<PlannedMessage> Messages() => messages;
}
